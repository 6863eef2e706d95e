"use strict";
/* Reads what people write as JSON, and says what is wrong with it in both languages. */

/* A message for people: Chinese and English. */
class Told extends Error {
  constructor(zh, en) {
    super(en);
    Object.assign(this, { zh, en });
  }
}

/* The object that a text writes; `what` names the text in both languages. None of blank. */
function objectOf(text, [zh, en]) {
  if (!text.trim()) return undefined;
  let value;
  try { value = JSON.parse(text); } catch (fault) {
    const [line, column] = placeOf(text, String(fault.message));
    const where = line ? [`第 ${line} 行第 ${column} 列`, ` at line ${line}, column ${column}`] : ["", ""];
    const marks = /[“”‘’，：｛｝]/.test(text)
      ? ["其中有中文标点：引号、逗号、冒号要用英文的。", " There is Chinese punctuation in it; quotes, commas and colons must be the plain ones."]
      : ["名字和文字要用英文双引号，最后一项之后没有逗号。", " Names and texts stand in double quotes, and no comma follows the last one."];
    throw new Told(`${zh}不是正确的 JSON${where[0] && "，" + where[0]}。${marks[0]}`, `The ${en} are not JSON${where[1]}.${marks[1]}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Told(`${zh}要写成一个对象：{"名字": 值}`, `The ${en} must be an object: {"name": value}`);
  }
  return value;
}

/* Line and column, as far as the browser says where it stopped reading. */
function placeOf(text, message) {
  const told = /line (\d+) column (\d+)/.exec(message);
  if (told) return [told[1], told[2]];
  const at = /end of JSON/.test(message) ? text.trimEnd().length : Number(/position (\d+)/.exec(message)?.[1] ?? NaN);
  if (Number.isNaN(at)) return [];
  const lines = text.slice(0, at).split("\n");
  return [lines.length, lines.at(-1).length + 1];
}

/* Headers as the browser takes them. */
function headersOf(text) {
  const headers = objectOf(text, ["请求头", "headers"]) ?? {};
  for (const [name, value] of Object.entries(headers)) {
    try {
      if (typeof value !== "string") throw new TypeError();
      new Headers().set(name, value);
    } catch {
      throw new Told(`请求头“${name}”不可用：名字用字母、数字和连字符，值为不换行的 ASCII 文字`, `The header “${name}” cannot be sent: its name takes letters, digits and hyphens, its value is a text of ASCII in one line`);
    }
  }
  return headers;
}
