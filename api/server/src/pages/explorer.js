"use strict";
/* The editor, who asks, and running. */
const FIRST = "query {\n  __typename\n}\n";
const accounts = data.accounts ?? [];
let running = null;

/* What is told stands above the answer, in both languages. */
const warn = (zh, en) => $("told").replaceChildren(make("p", "", both(zh, en)));

/* The errors of an answer in words; they came in the language that was asked for. */
function complain(errors) {
  const lines = (Array.isArray(errors) ? errors : []).slice(0, 5).map(({ message, locations }) => {
    const [at] = locations ?? [];
    const line = make("p");
    if (at) line.append(both(`第 ${at.line} 行第 ${at.column} 列：`, `Line ${at.line}, column ${at.column}: `));
    line.append(Object.assign(make("bdi", "", message), { lang: root.lang }));
    return line;
  });
  if (errors?.length > 5) lines.push(make("p", "", both(`还有 ${errors.length - 5} 处`, `and ${errors.length - 5} more`)));
  $("told").replaceChildren(...lines);
}

/* Puts a text into a field as if it were written there. */
function write(id, text) {
  $(id).value = text;
  $(id).dispatchEvent(new Event("input"));
}

/* As an account of the page, by its name; by none, with the token that is written. Only the name is remembered for longer
   than the tab. */
function choose(wanted) {
  const account = accounts.find(({ name }) => name === wanted);
  $("account").value = account?.name ?? "";
  $("token").value = account?.token ?? (wanted ? "" : passing.get("token") ?? "");
  lasting.set("account", account?.name);
  if (wanted && !account) {
    const list = accounts.length ? ["请从“以谁的身份”中选一个，", "Choose one under “as whom”; "] : ["", ""];
    warn(`没有名为“${wanted}”的账号。${list[0]}没有令牌即为陌生人。`, `There is no account “${wanted}”. ${list[1]}without a token you are a stranger.`);
  }
}

function bearer() {
  const token = $("token").value.trim();
  if (!token) return null;
  if (/[^\x21-\x7e ]/.test(token)) throw new Told("令牌里有不该有的字符，请重新复制一遍", "The token holds characters that no token has; copy it again");
  return /^bearer /i.test(token) ? token : "Bearer " + token;
}

function busy(on) {
  $("run").setAttribute("aria-disabled", String(on));
  // The focus does not vanish with the button that held it.
  if (!on && document.activeElement === $("stop")) $("run").focus();
  $("stop").hidden = !on;
}

async function run() {
  if (running || socket) return;
  $("told").replaceChildren();
  $("answer").textContent = "";
  const { kind, name } = chosenOperation();
  const [query, variables] = [$("query").value, $("variables").value];
  const entry = { at: new Date().toISOString(), query, variables, operation: name, account: $("account").value };
  try {
    if (!query.trim()) throw new Told("还没有写请求", "There is no request yet");
    const request = { query, variables: objectOf(variables, ["变量", "variables"]), operationName: name || undefined };
    const authorization = bearer(), headers = headersOf($("headers").value);
    remember(entry);
    say($("status"), "运行中……", "running …");
    busy(true);
    if (kind === "subscription") return subscribe(request, authorization, () => busy(false));
    running = new AbortController();
    const { status, id, took, text, answer } = await post(request, authorization, headers, running.signal);
    remember({ ...entry, status });
    if (answer) complain(answer.errors); else warn(...foreign(status));
    $("answer").textContent = answer ? JSON.stringify(answer, null, 2) : text;
    say($("status"), `HTTP ${status} · ${took} 毫秒 · ${text.length} 字符 · ${id ?? ""}`, `HTTP ${status} · ${took} ms · ${text.length} characters · ${id ?? ""}`);
  } catch (fault) {
    const stopped = ["已不再等待；若是变更，它可能已经做了", "no longer waiting; if it was a mutation, it may have been done"];
    warn(...fault instanceof Told ? [fault.zh, fault.en] : fault.name === "AbortError" ? stopped : GONE);
    $("status").replaceChildren();
  }
  running = null;
  busy(false);
}

/* Tab indents, unless Escape came right before it: then it leaves, as it does everywhere else. */
let leaving = false;
$("query").addEventListener("keydown", event => {
  const indents = event.key === "Tab" && !leaving && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
  if (event.key !== "Shift") leaving = event.key === "Escape";
  if (!indents) return;
  event.preventDefault();
  // The one way that can be undone; where it is gone, the other.
  if (!document.execCommand("insertText", false, "  ")) $("query").setRangeText("  ", $("query").selectionStart, $("query").selectionEnd, "end");
});
$("query").addEventListener("blur", () => { leaving = false; });
$("query").addEventListener("input", offer);
document.addEventListener("keydown", event => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); run(); }
});
$("run").addEventListener("click", run);
$("stop").addEventListener("click", () => { if (socket) stopSocket(); else running?.abort(); });

const hash = new URLSearchParams(location.hash.slice(1));
for (const id of ["query", "variables"]) {
  $(id).addEventListener("input", () => lasting.set(id, $(id).value));
  write(id, hash.get(id) ?? (id === "variables" && hash.has("query") ? "" : lasting.get(id)) ?? (id === "query" ? FIRST : ""));
}
for (const account of accounts) {
  const option = label(make("option"), `${account.name}：${account.zh}`, `${account.name}: ${account.en}`);
  option.value = account.name;
  $("account").append(option);
}
$("accounts").hidden = accounts.length === 0;
$("account").addEventListener("change", () => choose($("account").value));
$("token").addEventListener("input", () => {
  passing.set("token", $("token").value);
  $("account").value = "";
  lasting.set("account", null);
});
choose(hash.get("account") ?? lasting.get("account") ?? "");
if (location.hash) history.replaceState(null, "", location.pathname);
list();
