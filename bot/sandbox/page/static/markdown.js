// Discord's Markdown: blocks, and the whole tree as elements or as one line of text.

import { el } from "./dom.js";
import { inline } from "./inline.js";
import { nameOf, placeOf, state } from "./state.js";
import { timeElement, timeText } from "./time.js";

const HEADING = /(#{1,3}|-#) +(\S.*)/y;
const QUOTE = /(?:> [^\n]*|>(?=\n|$))(?:\n(?:> [^\n]*|>(?=\n|$)))*/y;
const LONG_QUOTE = />>> ([^]*)/y;
const LIST = /(?: *(?:[-*]|\d{1,9}\.) +\S[^\n]*)(?:\n(?: *(?:[-*]|\d{1,9}\.) +\S| {2,}\S)[^\n]*)*/y;
const ITEM = /^( *)(?:([-*])|(\d{1,9})\.) +(.*)$/;
const FENCE = /```(?:([\w+\-.#]{1,20})\n)?\n*([^]*?)\n*```/y;
export const JUMP = /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(\d{1,20})\/(\d{1,20})(?:\/(\d{1,20}))?\/?$/;

/** The blocks of a message. */
export function parse(text, quoted = false) {
  const blocks = [];
  let at = 0;
  let lines = "";
  const flush = () => {
    const body = lines.replace(/^\n|\n$/g, "");
    if (body || lines.length > 1) blocks.push({ kind: "lines", nodes: inline(body) });
    lines = "";
  };
  const put = (block, length) => {
    flush();
    blocks.push(block);
    at += length;
    if (text[at] === "\n") at += 1;
  };
  while (at < text.length) {
    const found = block(text, at, quoted);
    if (found) { put(...found); continue; }
    const end = text.indexOf("\n", at);
    const stop = end === -1 ? text.length : end + 1;
    const fence = text.slice(at, stop).indexOf("```");
    const fenced = fence === -1 ? null : matchAt(FENCE, text, at + fence);
    lines += text.slice(at, fenced ? at + fence : stop);
    at = fenced ? at + fence : stop;
    if (fenced) put({ kind: "fence", text: fenced[2] }, fenced[0].length);
  }
  flush();
  return blocks;
}

function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function block(text, at, quoted) {
  const heading = matchAt(HEADING, text, at);
  if (heading) return [{ kind: heading[1] === "-#" ? "small" : `h${heading[1].length}`, nodes: inline(heading[2]) }, heading[0].length];
  const long = quoted ? null : matchAt(LONG_QUOTE, text, at);
  if (long) return [{ kind: "quote", blocks: parse(long[1], true) }, long[0].length];
  const quote = quoted ? null : matchAt(QUOTE, text, at);
  if (quote) return [{ kind: "quote", blocks: parse(quote[0].replace(/^> ?/gm, ""), true) }, quote[0].length];
  const list = matchAt(LIST, text, at);
  return list && [listOf(list[0].split("\n")), list[0].length];
}

/** Lines of a list as nested lists: an item indented deeper than the one above belongs to it. */
function listOf(lines) {
  const stack = [];
  let root = null;
  for (const line of lines) {
    const found = ITEM.exec(line);
    if (!found) { stack.at(-1).list.items.at(-1).text += `\n${line.trim()}`; continue; }
    const [, spaces, bullet, number, text] = found;
    while (stack.length && stack.at(-1).indent > spaces.length) stack.pop();
    if (!stack.length || (spaces.length >= stack.at(-1).indent + 2 && stack.length < 12)) {
      const list = { kind: "list", ordered: !bullet, start: Number(number ?? 1), items: [] };
      if (stack.length) stack.at(-1).list.items.at(-1).lists.push(list);
      else root ??= list;
      stack.push({ indent: spaces.length, list: stack.length || root === list ? list : root });
    }
    stack.at(-1).list.items.push({ text, lists: [] });
  }
  return root;
}

/** A message's text as elements. */
export function render(text) {
  return parse(text).map(blockElement);
}

function blockElement(it) {
  if (it.kind === "lines") return el("div", { className: "lines" }, elements(it.nodes));
  if (it.kind === "small") return el("div", { className: "subtext" }, elements(it.nodes));
  // The page's own heading is its h1; those of messages stand below it.
  if (/^h\d$/.test(it.kind)) return el(`h${Number(it.kind[1]) + 1}`, { className: it.kind }, elements(it.nodes));
  if (it.kind === "fence") return el("pre", { tabIndex: 0, "aria-label": "Code", role: "group" }, el("code", {}, it.text));
  if (it.kind === "quote") return el("blockquote", {}, it.blocks.map(blockElement));
  return listElement(it);
}

function listElement({ ordered, start, items }) {
  return el(ordered ? "ol" : "ul", ordered ? { start } : {},
    items.map(({ text, lists }) => el("li", {}, elements(inline(text)), lists.map(listElement))));
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strike: "s" };

function elements(nodes) {
  return nodes.map((node) => {
    if (node.kind === "text") return node.text;
    if (TAGS[node.kind]) return el(TAGS[node.kind], {}, elements(node.nodes));
    if (node.kind === "code") return el("code", {}, node.text);
    if (node.kind === "time") return timeElement(node.seconds, node.style);
    if (node.kind === "link") return linkElement(node);
    if (node.kind === "spoiler") return spoilerElement(node);
    return el("span", { className: "mention" }, words(node));
  });
}

function linkElement({ url, nodes }) {
  const jump = JUMP.exec(url);
  const bare = nodes.length === 1 && nodes[0].text === url;
  if (jump && jump[1] === state.server?.id) {
    const shown = bare ? [words({ kind: "channel", id: jump[2] }), jump[3] ? " › message" : ""] : elements(nodes);
    return el("a", { href: url, className: bare ? "mention" : "jump", data: { channel: jump[2], message: jump[3] ?? "" } }, shown);
  }
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: bare ? null : url }, elements(nodes));
}

function spoilerElement({ nodes }) {
  const show = (event) => event.currentTarget.replaceWith(el("span", { className: "spoiler" }, elements(nodes)));
  return el("button", { type: "button", className: "spoiler", on: { click: show } }, "Spoiler");
}

/** What a mention says. */
function words(node) {
  if (node.kind === "user") return `@${nameOf(node.id) ?? "unknown"}`;
  if (node.kind === "role") return `@${state.server?.roles[node.id] ?? "unknown"}`;
  if (node.kind === "channel") return `#${placeOf(node.id)?.name ?? "unknown"}`;
  return node.text;
}

/** A message's text on one line, as quotes and screen readers have it. */
export function plainText(text) {
  const of = (nodes) => nodes.map((node) => node.kind === "spoiler" ? "(spoiler)" : node.kind === "time" ? timeText(node.seconds, node.style)
    : node.nodes ? of(node.nodes) : words(node)).join("");
  const item = ({ text: own, lists }) => [of(inline(own)), ...lists.flatMap((list) => list.items.map(item))].join(" ");
  const blocks = (list) => list.map((it) => it.nodes ? of(it.nodes) : it.blocks ? blocks(it.blocks) : it.items ? it.items.map(item).join(" ") : it.text).join(" ");
  return blocks(parse(text)).replace(/\s+/g, " ").trim();
}
