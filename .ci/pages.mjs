// Walks through the pages of a running demo as people do: node pages.mjs URL CHROMIUM
// By keyboard, at 320 pixels, in both languages, with axe, with what goes wrong.
import assert from "node:assert/strict";
import axe from "axe-core";
import { chromium } from "playwright-core";

const [, , url, executablePath] = process.argv;
if (!executablePath) {
  console.error("usage: node pages.mjs URL CHROMIUM");
  process.exit(2);
}
const LANGS = ["zh-CN", "en"];
const PATHS = ["/", "/graphql"];
const browser = await chromium.launch({ executablePath });

// A page of a browser that remembers nothing yet; what its console complains of is in `faults`.
async function visit(path, { locale = "en", width = 1280, context } = {}) {
  context ??= await browser.newContext({ locale, viewport: { width, height: 800 } });
  const page = await context.newPage();
  page.faults = [];
  page.on("console", message => { if (["error", "warning"].includes(message.type())) page.faults.push(message.text()); });
  page.on("pageerror", error => page.faults.push(error.message));
  await page.goto(url + path);
  await (path === "/" ? page.waitForSelector("#live.on") : page.waitForSelector("#docs summary"));
  return page;
}

const focused = page => page.evaluate(() => document.activeElement?.id || document.activeElement?.className || document.activeElement?.tagName);
const told = page => page.locator("#told").innerText();
const answered = (page, part) => page.waitForFunction(text => document.getElementById("answer").textContent.includes(text), part);
const stored = page => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

async function inspect(page, where) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  const found = violations.map(({ id, impact, nodes }) => `${impact} ${id} at ${nodes.map(node => node.target).slice(0, 3).join(", ")}`);
  assert.deepEqual(found, [], where);
}

// Every control that shows is reached by Tab, has a name, and lets go.
async function walk(page) {
  const controls = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
    const shown = all.filter(element => element.checkVisibility());
    shown.forEach((element, at) => { element.dataset.control = String(at); });
    return shown.length;
  });
  const reached = new Set();
  for (let presses = 0; presses < 2 * controls && reached.size < controls; presses += 1) {
    await page.keyboard.press("Tab");
    const { at, editor, outlined } = await page.evaluate(() => {
      const element = document.activeElement;
      return { at: element.dataset.control, editor: element.id === "query", outlined: getComputedStyle(element).outlineStyle !== "none" };
    });
    if (at === undefined) continue;
    assert.ok(outlined, `control ${at} shows that it has the focus`);
    reached.add(at);
    if (editor) await page.keyboard.press("Escape");
  }
  assert.equal(reached.size, controls, "Tab comes to every control");
}

const checks = {};
for (const locale of LANGS) {
  for (const path of PATHS) {
    checks[`${path} in ${locale}: language, axe, console, 320 pixels`] = async () => {
      for (const width of [1280, 320]) {
        const page = await visit(path, { locale, width });
        assert.equal(await page.getAttribute("html", "lang"), locale);
        assert.equal(await page.locator("main").count(), 1);
        await inspect(page, `${path} ${locale} ${width}`);
        if (path === "/") {
          await page.click("#all");
          await page.waitForFunction(() => document.querySelectorAll(".step.done").length === document.querySelectorAll(".step").length);
          await page.evaluate(() => document.querySelectorAll("details").forEach(details => { details.open = true; }));
          await page.waitForFunction(() => [...document.querySelectorAll(".account .note:not(summary *)")].every(note => note.textContent));
        } else {
          await page.fill("#query", "query First { me { name } }\nquery Second { __typename }");
          await page.selectOption("#account", "resident");
          await page.click("#run");
          await answered(page, "何示范");
          await page.click("#history summary");
          await page.click("#docs summary");
        }
        await inspect(page, `${path} ${locale} ${width}, used`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `nothing lies outside of ${width} pixels`);
        assert.deepEqual(page.faults, []);
      }
    };
  }
}

for (const path of PATHS) checks[`${path}: all by keyboard`] = async () => walk(await visit(path));

checks["the editor indents by Tab, and Escape and then Tab leaves it, either way"] = async () => {
  const page = await visit("/graphql");
  await page.fill("#query", "");
  await page.focus("#query");
  await page.keyboard.press("Tab");
  assert.deepEqual([await page.inputValue("#query"), await focused(page)], ["  ", "query"]);
  await page.keyboard.press("Control+z");
  assert.equal(await page.inputValue("#query"), "", "it can be undone");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.notEqual(await focused(page), "query");
  await page.focus("#query");
  await page.keyboard.press("Escape");
  await page.keyboard.type("x");
  await page.keyboard.press("Tab");
  assert.equal(await page.inputValue("#query"), "x  ", "only what comes right after Escape leaves");
  await page.keyboard.press("Shift+Tab");
  assert.notEqual(await focused(page), "query");
};

checks["the focus stays where Run and Stop were pressed"] = async () => {
  const page = await visit("/graphql");
  await page.focus("#run");
  await page.keyboard.press("Enter");
  await answered(page, "Query");
  assert.equal(await focused(page), "run");
  await page.focus("#query");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.getElementById("run").getAttribute("aria-disabled") === "false");
  assert.equal(await focused(page), "query");
  await page.selectOption("#account", "community-secretary");
  await page.fill("#query", 'subscription { serviceItemChanged(communityCode: "120106001002") { id } }');
  await page.focus("#run");
  await page.keyboard.press("Enter");
  await page.getByText("waiting for changes").waitFor();
  assert.equal(await focused(page), "run");
  await page.focus("#stop");
  await page.keyboard.press("Enter");
  await page.getByText("stopped").waitFor();
  assert.equal(await focused(page), "run");

  const start = await visit("/");
  for (const button of [start.locator(".step .run").first(), start.locator("#all")]) {
    const held = await button.evaluateHandle(element => element);
    await button.focus();
    await start.keyboard.press("Enter");
    await start.waitForFunction(element => element.getAttribute("aria-disabled") === "false", held);
    assert.ok(await held.evaluate(element => element === document.activeElement));
  }
};

checks["of several operations the chosen one runs"] = async () => {
  const page = await visit("/graphql");
  await page.fill("#query", '# query Not { a }\nquery A($c: Boolean = true) { one: region(code: "{ query C {") @include(if: $c) { ...F } }\nfragment F on Region { name }\nquery B { two: __typename }');
  assert.deepEqual(await page.locator("#operation option").allInnerTexts(), ["query A", "query B"]);
  await page.selectOption("#operation", "query B");
  await page.keyboard.press("Control+Enter");
  await answered(page, "two");
  await page.fill("#query", "{ __typename }");
  assert.ok(await page.locator("#which").isHidden());
};

checks["past operations are kept, bounded, taken up and erased; tokens are not"] = async () => {
  const page = await visit("/graphql");
  await page.selectOption("#account", "resident");
  await page.fill("#headers", '{"Idempotency-Key": "a-key-of-mine"}');
  const texts = Array.from({ length: 52 }, (_, at) => `query Q${at} { __typename }`);
  for (const text of [...texts, texts[10]]) {
    await page.fill("#query", text);
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(() => /^\{/.test(document.getElementById("answer").textContent));
  }
  await page.reload();
  const past = () => page.locator("#past b").allInnerTexts();
  await page.click("#history summary");
  const [first, second] = await past();
  assert.deepEqual([(await past()).length, first, second], [50, "Q10", "Q51"]);
  const all = await stored(page);
  assert.ok(!/eyJ|a-key-of-mine/.test(all), all);
  await page.locator("#past .again").nth(1).click();
  assert.deepEqual([await page.inputValue("#query"), await focused(page)], [texts[51], "query"]);
  await page.locator("#past li").first().getByRole("button", { name: "erase" }).press("Enter");
  assert.deepEqual([(await past()).length, (await past())[0]], [49, "Q51"]);
  assert.equal(await page.evaluate(() => document.activeElement.closest("#past") !== null), true, "the focus is still in the list");
  await page.click("#forget");
  assert.deepEqual([await past(), await focused(page)], [[], "SUMMARY"]);
  assert.equal(await page.evaluate(() => localStorage.getItem("tongxin.history")), null);
};

checks["a language that was chosen is remembered on both pages"] = async () => {
  const page = await visit("/", { locale: "en-GB" });
  assert.equal(await page.getAttribute("html", "lang"), "en");
  await page.getByRole("button", { name: "中文" }).click();
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  assert.ok(await page.getByRole("button", { name: "一次跑完" }).isVisible());
  const other = await visit("/graphql", { context: page.context() });
  assert.deepEqual([await other.getAttribute("html", "lang"), await other.title()], ["zh-CN", "GraphQL 浏览器 · 同心"]);
  assert.equal(await other.getAttribute("nav", "aria-label"), "别处");
};

checks["an account is remembered by its name, a token only as long as the tab"] = async () => {
  const page = await visit("/");
  await page.click("#explorer");
  await page.waitForSelector("#docs summary");
  assert.equal(await page.inputValue("#account"), "community-secretary");
  assert.ok(!page.url().includes("#"), "nothing of it stays in the address");
  assert.ok(!(await stored(page)).includes("eyJ"));
  const again = await visit("/graphql", { context: page.context() });
  assert.equal(await again.inputValue("#account"), "community-secretary");
  await again.fill("#token", "eyJ-of-mine");
  assert.equal(await again.inputValue("#account"), "");
  assert.ok(!(await again.evaluate(() => JSON.stringify({ ...localStorage }))).includes("eyJ"));
  await again.reload();
  assert.equal(await again.inputValue("#token"), "eyJ-of-mine");
};

const WRONG = {
  "zh-CN": { document: /第 1 行第 \d+ 列：.*[一-鿿]/, variables: "变量不是正确的 JSON，第 1 行第 2 列", marks: "中文标点", list: "变量要写成一个对象", headers: "不可用", token: "重新复制", account: "没有名为“mayor”的账号", gone: "服务没有回答" },
  en: { document: /Line 1, column \d+: \w/, variables: "The variables are not JSON at line 1, column 2", marks: "Chinese punctuation", list: "must be an object", headers: "cannot be sent", token: "copy it again", account: "There is no account “mayor”", gone: "The service does not answer" },
};
for (const locale of LANGS) {
  checks[`what goes wrong is told in ${locale}`] = async () => {
    const words = WRONG[locale];
    const page = await visit("/graphql#account=mayor", { locale });
    assert.ok((await told(page)).includes(words.account), await told(page));
    const wrong = async (id, text, part) => {
      const before = await page.inputValue(`#${id}`);
      await page.fill(`#${id}`, text);
      await page.keyboard.press("Control+Enter");
      await page.waitForFunction(() => document.getElementById("told").innerText && document.getElementById("run").getAttribute("aria-disabled") !== "true");
      const said = await told(page);
      assert.ok(part instanceof RegExp ? part.test(said) : said.includes(part), said);
      await page.fill(`#${id}`, before);
    };
    await wrong("query", "{ broken ", words.document);
    await wrong("variables", "{a: 1}", words.variables);
    await wrong("variables", "{“a”: 1}", words.marks);
    await wrong("variables", "[1]", words.list);
    await wrong("headers", '{"a b": "c"}', words.headers);
    await wrong("token", "令牌", words.token);
    await page.context().setOffline(true);
    await wrong("query", "{ __typename }", words.gone);
    await wrong("query", "subscription { todosChanged { total } }", words.gone);
    await page.context().setOffline(false);
    await page.getByRole("button", { name: locale === "en" ? "中文" : "English" }).click();
    assert.ok((await told(page)).includes(WRONG[locale === "en" ? "zh-CN" : "en"].gone), "what was told turns with the language");

    const start = await visit("/", { locale });
    await start.context().setOffline(true);
    await start.locator(".step .run").first().click();
    await start.locator(".step .said", { hasText: words.gone }).waitFor();
  };
}

let passed = 0;
let failed = 0;
for (const [what, check] of Object.entries(checks)) {
  try {
    await check();
    passed += 1;
    console.log(`ok ${what}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${what}\n${error.stack}`);
  }
  for (const context of browser.contexts()) await context.close();
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
