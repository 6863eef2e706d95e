"use strict";
/* A request that can be edited and sent as an account of the page, and its answer. */
const { accounts, story } = data;
const account = wanted => accounts.find(({ name }) => name === wanted);
const send = (name, query) => post({ query }, "Bearer " + account(name).token);
const explorerLink = (account, query) => "/graphql#" + new URLSearchParams({ query, account });

/* A button that, while it works, does nothing more but keeps the focus. */
function working(button, work) {
  return async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try { await work(); } finally { button.setAttribute("aria-disabled", "false"); }
  };
}

/* `judge` says how it went. */
function bench(name, request, judge = () => true) {
  const query = Object.assign(make("textarea"), { value: request, spellcheck: false, rows: Math.min(request.split("\n").length + 1, 18) });
  label(query, `请求（${name}）`, `request of ${name}`);
  const output = Object.assign(make("pre"), { tabIndex: 0, role: "group" }), said = make("div", "said"), state = make("span", "status");
  label(output, `回答（${name}）`, `answer to ${name}`);
  state.setAttribute("role", "status");
  const run = make("button", "run", both("运行", "Run")), open = make("a", "", both("在浏览器中打开", "Open in explorer"));
  const link = () => { open.href = explorerLink(name, query.value); };
  query.addEventListener("input", link);
  link();
  async function go() {
    try {
      const { status, took, text, answer } = await send(name, query.value);
      output.textContent = answer ? JSON.stringify(answer, null, 2) : text;
      say(state, `HTTP ${status} · ${took} 毫秒`, `HTTP ${status} · ${took} ms`);
      said.replaceChildren();
      if (!answer) say(said, ...foreign(status));
      else if (answer.errors) said.append(Object.assign(make("bdi", "", answer.errors.map(e => e.message).join(" ")), { lang: root.lang }));
      return judge(answer ?? {});
    } catch {
      say(said, ...GONE);
      state.replaceChildren();
      return judge({});
    }
  }
  run.addEventListener("click", working(run, go));
  const area = make("div", "", make("div", "pair", query, output), make("div", "bar", run, open, state));
  return { area, query, said, link, go };
}
