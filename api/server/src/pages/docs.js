"use strict";
/* The schema, to be searched and read. */
const DRAWN = 100;
const DEEP = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
const SCHEMA = `{ __schema { queryType { name } mutationType { name } subscriptionType { name } types { kind name description
  fields { name description args { name description type { ${DEEP} } } type { ${DEEP} } }
  inputFields { name description type { ${DEEP} } } enumValues { name description } possibleTypes { name } } } }`;
const spelt = t => t.kind === "NON_NULL" ? spelt(t.ofType) + "!" : t.kind === "LIST" ? `[${spelt(t.ofType)}]` : t.name;
const core = t => t.ofType ? core(t.ofType) : t.name;
const members = t => t.fields ?? t.inputFields ?? t.enumValues ?? t.possibleTypes ?? [];
let types = [];

/* A description is the Chinese term, its meaning in Chinese, and that in English. */
function described(text) {
  const parts = text.split(" · "), last = parts.at(-1);
  const english = parts.length > 1 && last.match(/[a-z]/gi)?.length > (last.match(/[㐀-鿿]/g)?.length ?? 0);
  return make("p", "", english ? both(parts.slice(0, -1).join(" · "), last) : text);
}

function typeLink(t) {
  const link = make("button", "type", spelt(t));
  link.addEventListener("click", () => {
    $("search").value = core(t);
    draw();
    $("docs").querySelector("summary")?.focus();
  });
  return link;
}

function member(m) {
  const line = make("div", "", m.name);
  if (m.args?.length) {
    line.append("(");
    m.args.forEach((arg, at) => line.append(at ? ", " : "", arg.name + ": ", typeLink(arg.type)));
    line.append(")");
  }
  if (m.type) line.append(": ", typeLink(m.type));
  if (m.description) line.append(described(m.description));
  return line;
}

function block(t, open) {
  const details = make("details", "", make("summary", "", t.name, " ", make("span", "kind", t.kind.toLowerCase().replace("_", " "))));
  const fill = () => {
    if (!details.open || details.dataset.full) return;
    details.dataset.full = "1";
    if (t.description) details.append(described(t.description));
    details.append(...members(t).map(member));
  };
  details.open = open;
  details.addEventListener("toggle", fill);
  fill();
  return details;
}

function draw() {
  const wanted = $("search").value.trim().toLowerCase();
  const rank = t => t.name.toLowerCase() === wanted ? 0 : t.root ? 1 : t.name.toLowerCase().includes(wanted) ? 2 : 3;
  const fits = t => t.name.toLowerCase().includes(wanted) || members(t).some(m => m.name.toLowerCase().includes(wanted));
  const found = types.filter(fits).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  const more = found.length > DRAWN ? [`，列出前 ${DRAWN} 个`, `, the first ${DRAWN} shown`] : ["", ""];
  say($("found"), `${found.length} 个类型${more[0]}`, `${found.length} ${found.length === 1 ? "type" : "types"}${more[1]}`);
  $("docs").replaceChildren(...found.slice(0, DRAWN).map(t => block(t, wanted !== "" && rank(t) === 0)));
}

/* Strangers may read the schema where this page is; a token that is no longer good must not hide it. */
async function learn() {
  const { answer } = await post({ query: SCHEMA }).catch(() => ({}));
  const schema = answer?.data?.__schema;
  if (!schema) {
    const again = make("button", "quiet", both("再读一次", "Read it again"));
    again.addEventListener("click", async () => { await learn(); $("search").focus(); });
    say($("found"), ...answer?.errors ? Array(2).fill(answer.errors[0].message) : GONE);
    return $("docs").replaceChildren(again);
  }
  const roots = [schema.queryType, schema.mutationType, schema.subscriptionType].map(type => type?.name);
  types = schema.types.filter(t => !t.name.startsWith("__")).map(t => ({ ...t, root: roots.includes(t.name) }));
  draw();
}

$("search").addEventListener("input", draw);
learn();
