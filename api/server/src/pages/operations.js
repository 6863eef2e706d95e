"use strict";
/* Which operations a document holds. It is read loosely, as it is while it is being written: the service judges it. */
const TOKEN = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*|[_A-Za-z]\w*|[^\s]/g;
const KINDS = ["query", "mutation", "subscription", "fragment"];

/* Each as its kind and its name, which may be none, in their order. */
function operationsOf(text) {
  const found = [];
  let depth = 0, open = null, before = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith("#")) continue;
    if (depth === 0 && !open && token === "{") found.push(open = { kind: "query", name: "" });
    else if (depth === 0 && !open && KINDS.includes(token)) found.push(open = { kind: token, name: "" });
    else if (depth === 0 && open && before === open.kind && /^[_A-Za-z]/.test(token)) open.name = token;
    if ("{([".includes(token)) depth += 1;
    else if ("})]".includes(token)) depth = Math.max(0, depth - 1);
    if (token === "}" && depth === 0) open = null;
    before = token;
  }
  return found.filter(({ kind }) => kind !== "fragment");
}

const shown = ({ kind, name }) => name ? `${kind} ${name}` : `${kind} { … }`;

/* Offers them where there are several, and keeps to the one that was chosen as long as it is there. */
function offer() {
  const operations = operationsOf($("query").value), chosen = $("operation").value;
  $("which").hidden = operations.length < 2;
  $("operation").replaceChildren(...operations.map(operation => {
    const option = make("option", "", shown(operation));
    option.value = shown(operation);
    return option;
  }));
  if (operations.some(operation => shown(operation) === chosen)) $("operation").value = chosen;
}

/* The one to run; of a document without any, what the service will say something about. */
function chosenOperation() {
  const operations = operationsOf($("query").value);
  return operations.find(operation => shown(operation) === $("operation").value) ?? operations[0] ?? { kind: "query", name: "" };
}
