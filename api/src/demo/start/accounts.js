"use strict";
/* The accounts, each with its token and a request to try. */
async function copy(button, field) {
  try { await navigator.clipboard.writeText(field.value); }
  catch {
    field.closest("details").open = true;
    field.select();
    document.execCommand("copy");
    button.focus();
  }
  say(button, "已复制", "Copied");
  setTimeout(() => say(button, "复制令牌", "Copy token"), 1500);
}

function person({ name, zh, en, token, sample }) {
  const field = label(Object.assign(make("input"), { value: token, readOnly: true }), `${name} 的令牌`, `token of ${name}`);
  const may = make("div", "note"), button = make("button", "quiet copy", both("复制令牌", "Copy token"));
  const { said, area } = bench(name, sample.request);
  const head = make("summary", "", make("code", "", name), make("span", "title", both(zh, en)), make("span", "note", both(sample.zh, sample.en)));
  const details = make("details", "", head, make("div", "body", field, may, said, area));
  details.addEventListener("toggle", async () => {
    if (!details.open) return;
    const { answer } = await send(name, "{ me { posts { role organisation { name } } actions } }").catch(() => ({}));
    const me = answer?.data?.me;
    const acts = me?.actions?.filter(action => !action.startsWith("read")).join(", ");
    if (me) may.replaceChildren(both("此刻可为之事：", "may now: "), make("code", "", acts || "—"));
    else say(may, ...GONE);
  });
  button.addEventListener("click", () => copy(button, field));
  return make("li", "account", details, button);
}

const levels = new Map();
for (const one of accounts) levels.set(one.sample.level.zh, [...(levels.get(one.sample.level.zh) ?? []), one]);
for (const group of levels.values()) {
  const { zh, en } = group[0].sample.level;
  $("levels").append(make("h3", "", both(zh, en)), make("ul", "", ...group.map(person)));
}
$("explorer").href = explorerLink("community-secretary", '{\n  me { name posts { role } actions }\n  serviceItems(filter: { regionCode: "120106001002" }, first: 5) {\n    nodes { id title status quota claimCount }\n  }\n}\n');
