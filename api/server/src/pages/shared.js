"use strict";
/* What all pages share: making elements, both languages, what the browser remembers, asking the service. */
const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const root = document.documentElement;

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/* A text in both languages, of which the page shows one. */
function both(zh, en) {
  const part = (lang, text) => Object.assign(make("span", "", text), { lang });
  const fragment = document.createDocumentFragment();
  fragment.append(part("zh-CN", zh), part("en", en));
  return fragment;
}
const say = (element, zh, en) => element.replaceChildren(both(zh, en));

/* Where elements cannot hold both: the text of an option or the title, the name of any other element. */
function label(element, zh, en) {
  Object.assign(element.dataset, { zh, en });
  utter(element);
  return element;
}
function utter(element) {
  const text = root.lang === "en" ? element.dataset.en : element.dataset.zh;
  if (["OPTION", "TITLE"].includes(element.tagName)) element.textContent = text;
  else element.setAttribute("aria-label", text);
}

function speak(lang) {
  root.lang = lang;
  document.querySelectorAll("[data-zh]").forEach(utter);
  for (const button of document.querySelectorAll("[data-set]")) button.setAttribute("aria-pressed", button.dataset.set === lang);
}

/* What the browser keeps under our name; a browser that keeps nothing, or is full, says so by null and false. */
const kept = area => ({
  get(key) {
    try { return window[area].getItem("tongxin." + key); } catch { return null; }
  },
  set(key, value) {
    try {
      if (value) window[area].setItem("tongxin." + key, value);
      else window[area].removeItem("tongxin." + key);
      return true;
    } catch { return false; }
  },
});
const lasting = kept("localStorage"), passing = kept("sessionStorage");

/* Sends a request: status, milliseconds, the text of the answer, and the answer itself if that is JSON. */
async function post(body, authorization, more = {}, signal = undefined) {
  const headers = new Headers({
    "content-type": "application/json", accept: "application/graphql-response+json", "accept-language": root.lang,
  });
  if (authorization) headers.set("authorization", authorization);
  for (const [header, value] of Object.entries(more)) headers.set(header, value);
  const started = performance.now();
  const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(body), signal });
  const text = await response.text();
  let answer = null;
  try { answer = JSON.parse(text); } catch { /* shown as it is */ }
  const took = Math.round(performance.now() - started);
  return { status: response.status, id: response.headers.get("x-request-id"), took, text, answer };
}

const GONE = ["服务没有回答：可能已经停止，或者网络不通。请确认它在运行，再试一次。", "The service does not answer: it may have stopped, or the network is down. See that it runs, and try again."];
const foreign = status => [
  `HTTP ${status}：收到的不是 GraphQL 的回答，可能来自中间的代理。原文如下。`,
  `HTTP ${status}: this is no answer of GraphQL; something between here and the service may have sent it. It stands below as it came.`,
];

/* In the language chosen before, else in the one that the page came in. */
const chosen = lasting.get("lang");
speak(["zh-CN", "en"].includes(chosen) ? chosen : root.lang);
for (const button of document.querySelectorAll("[data-set]")) {
  button.addEventListener("click", () => { lasting.set("lang", button.dataset.set); speak(button.dataset.set); });
}
