"use strict";
/* The story: its steps as cards, each with what it takes from the ones before. */
const at = (value, pointer) => pointer.slice(1).split("/").reduce((inner, key) => inner?.[key], value);
let ids = {}, cards = [];

/* Puts an id where later requests wait for it, or still hold the one of an earlier run. */
function carry(name, id) {
  const before = ids[name];
  ids[name] = id;
  for (const { query, link } of cards) {
    query.value = query.value.replaceAll(`<${name}>`, id);
    if (before) query.value = query.value.replaceAll(before, id);
    link();
  }
}

function card(step, index, number) {
  const entry = make("li", "step" + (step.refused ? " refusal" : ""));
  const { zh, en } = account(step.account);
  const details = make("details"), who = make("span", "who", make("b", "", step.account), " ", both(zh, en));
  const mark = make("span", "mark", step.refused ? "×" : String(number));
  const settle = (good, ...words) => {
    entry.classList.toggle("done", good);
    entry.classList.toggle("failed", !good);
    mark.textContent = good ? "✓" : "!";
    if (words.length) say(made.said, ...words);
    return good;
  };
  const judge = answer => {
    const missing = /<(\w+)>/.exec(made.query.value)?.[1];
    if (missing && answer.errors) {
      const source = cards.find(other => other.step.takes.some(([name]) => name === missing))?.step;
      return settle(false, `请先运行“${source?.zh}”`, `First run “${source?.en}”`);
    }
    const code = answer.errors?.[0]?.extensions?.code;
    if (step.refused) return settle(code === step.refused);
    if (code || !answer.data) return settle(false);
    for (const [name, pointer] of step.takes) if (at(answer.data, pointer)) carry(name, at(answer.data, pointer));
    if (cards[index + 1]) cards[index + 1].details.open = true;
    return settle(true);
  };
  const made = bench(step.account, step.request, judge);
  const head = make("summary", "", mark, make("span", "title", both(step.zh, step.en)));
  const tag = step.refused ? make("span", "who", both("试一试会被拒绝的事 · ", "to be refused · "), ...who.childNodes) : who;
  head.append(tag, made.said);
  details.append(head, make("div", "body", made.area));
  entry.append(details);
  return { step, entry, details, ...made };
}

function begin() {
  ids = {};
  let number = 0;
  cards = story.map((step, index) => card(step, index, step.refused ? 0 : ++number));
  $("steps").replaceChildren(...cards.map(c => c.entry));
  cards[0].details.open = true;
  $("progress").replaceChildren();
}

async function runAll() {
  begin();
  const started = performance.now();
  let good = 0;
  for (const current of cards) {
    current.details.open = false;
    if (!await current.go()) { current.details.open = true; break; }
    good += 1;
    say($("progress"), `${good} / ${cards.length}`, `${good} of ${cards.length}`);
  }
  for (const other of cards.slice(0, good)) other.details.open = false;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (good < cards.length) return say($("progress"), `停在第 ${good + 1} 张卡片`, `stopped at card ${good + 1}`);
  cards.at(-1).details.open = true;
  say($("progress"), `${good} 步全部如所说，用时 ${seconds} 秒`, `all ${good} steps went as told, in ${seconds} s`);
}

const playing = working($("all"), runAll);
$("all").addEventListener("click", async () => {
  $("reset").setAttribute("aria-disabled", "true");
  await playing();
  $("reset").setAttribute("aria-disabled", "false");
});
$("reset").addEventListener("click", () => { if ($("reset").getAttribute("aria-disabled") !== "true") begin(); });
begin();
