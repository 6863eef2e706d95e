"use strict";
/* What was run before: in this browser only, bounded, to be taken up again or erased. Neither tokens nor headers nor answers. */
const MOST = 50, LONGEST = 20_000, ALL = 200_000;
let unkept = [];

const written = value => typeof value === "string" ? value : "";

function past() {
  try {
    const entries = JSON.parse(lasting.get("history") ?? "null") ?? unkept;
    const sound = entry => entry && typeof entry === "object" && typeof entry.query === "string";
    return Array.isArray(entries) ? entries.filter(sound).slice(0, MOST) : [];
  } catch { return []; }
}

function keep(entries) {
  let room = ALL;
  unkept = entries.slice(0, MOST).filter(entry => (room -= JSON.stringify(entry).length) >= 0);
  lasting.set("history", unkept.length ? JSON.stringify(unkept) : null);
  list();
}

/* The newest first; what is run once more moves up. */
function remember(entry) {
  if (entry.query.length + entry.variables.length > LONGEST) return;
  const same = other => other.query === entry.query && written(other.variables) === entry.variables && written(other.operation) === entry.operation;
  keep([entry, ...past().filter(other => !same(other))]);
}

function list() {
  const entries = past();
  const buttons = () => [...$("past").querySelectorAll("button")], held = buttons().indexOf(document.activeElement);
  $("count").textContent = entries.length;
  $("forget").hidden = entries.length === 0;
  $("past").replaceChildren(...entries.map(entry => {
    const day = new Date(entry.at);
    const when = Number.isNaN(day.getTime()) ? "" : day.toLocaleString(undefined, { hour12: false });
    const title = written(entry.operation) || entry.query.replace(/#[^\n]*/g, "").replace(/\s+/g, " ").trim().slice(0, 60) || "—";
    const again = make("button", "quiet again", make("b", "", title), make("span", "", [when, written(entry.account), entry.status].filter(Boolean).join(" · ")));
    again.addEventListener("click", () => takeUp(entry));
    const erase = label(make("button", "quiet", "×"), `删除：${title}`, `erase: ${title}`);
    erase.addEventListener("click", () => keep(past().filter(other => JSON.stringify(other) !== JSON.stringify(entry))));
    return make("li", "", again, erase);
  }));
  // The focus goes to what stands there now, not to nowhere.
  if (held >= 0) (buttons()[Math.min(held, 2 * entries.length - 1)] ?? $("history").firstElementChild).focus();
}

function takeUp(entry) {
  write("query", entry.query);
  write("variables", written(entry.variables));
  if (entry.account !== undefined) choose(written(entry.account));
  const operation = operationsOf(entry.query).find(({ name }) => name === written(entry.operation));
  if (operation) $("operation").value = shown(operation);
  $("query").focus();
}

$("forget").addEventListener("click", () => {
  keep([]);
  say($("forgotten"), "已全部删除", "all erased");
  $("history").firstElementChild.focus();
});
addEventListener("storage", ({ key }) => { if (key === "tongxin.history") list(); });
