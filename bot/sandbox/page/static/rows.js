// The panel beside the messages: the rows as they lie in SQLite, and the command that reads them.

import { $, copy, el, iconButton } from "./dom.js";
import { render } from "./markdown.js";
import { moment } from "./time.js";

/** Milliseconds for which a row stays lit up: as long as its animation in style.css. */
const LIT = 6000;

let known = new Map();
let changes = new Map();
let chosen = null;
let first = true;

/** Draw what one could do first, as the page was told. */
export function drawGuide(told) {
  $("guide").hidden = !told;
  if (told) $("steps").replaceChildren(...told.steps.map((step) => el("li", {}, render(step))));
}

/** Draw the tables that the page was told of; rows that are new or changed light up. */
export function drawRows(told) {
  const body = $("rows-body");
  if (!told) { body.replaceChildren(el("p", { className: "empty" }, "Nothing is stored yet.")); return; }
  compare(told);
  const focused = body.contains(document.activeElement) ? document.activeElement.id : null;
  chosen ??= told.tables[0]?.name;
  const table = told.tables.find((each) => each.name === chosen) ?? told.tables[0];
  const scrolled = $("row-list")?.scrollTop ?? 0;
  body.replaceChildren(
    el("div", { className: "source" },
      line("Database", told.path), told.command ? line("Read it with", told.command) : null),
    el("div", { className: "tabs", role: "tablist", "aria-label": "Tables", on: { keydown: onKey } },
      told.tables.map((each) => tab(each, told))),
    el("div", { id: "row-panel", role: "tabpanel", "aria-labelledby": `tab-${table.name}` },
      el("ol", { id: "row-list", className: "row-list", tabIndex: 0, "aria-label": `Rows of ${table.name}, newest first` },
        table.rows.length ? table.rows.map((row) => card(table.name, row)) : el("li", { className: "empty" }, "No rows yet."))));
  $("row-list").scrollTop = scrolled;
  if (focused) $(focused)?.focus();
}

/** Note which rows are new or changed. They stay lit up however often the panel is drawn meanwhile. */
function compare(told) {
  const now = performance.now();
  const rows = told.tables.flatMap((each) => each.rows.map((row) => [key(each.name, row), row]));
  changes = new Map([...changes].filter(([, { at }]) => now - at < LIT));
  for (const [id, row] of rows) {
    const before = known.get(id);
    if (first || before === JSON.stringify(row)) continue;
    const old = before && JSON.parse(before);
    changes.set(id, { at: now, fields: old ? Object.keys(row).filter((name) => old[name] !== row[name]) : [] });
  }
  known = new Map(rows.map(([id, row]) => [id, JSON.stringify(row)]));
  first = false;
}

const key = (table, row) => `${table} ${row.id}`;

function line(label, value) {
  return el("div", { className: "line" }, el("small", {}, label), el("code", { tabIndex: 0, role: "group", "aria-label": label }, value),
    iconButton("copy", `Copy: ${label}`, () => copy(value)));
}

function tab(each, told) {
  const selected = each.name === chosen;
  const fresh = each.rows.some((row) => changes.has(key(each.name, row)));
  return el("button", {
    id: `tab-${each.name}`, type: "button", role: "tab", "aria-selected": String(selected), tabIndex: selected ? 0 : -1,
    className: fresh ? "fresh" : "", "aria-controls": selected ? "row-panel" : null, on: { click: () => { chosen = each.name; drawRows(told); } },
  }, each.name, " ", el("span", {}, String(each.count)));
}

function onKey(event) {
  const tabs = [...event.currentTarget.children];
  const at = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || at === -1) return;
  event.preventDefault();
  const target = tabs.at(to % tabs.length);
  target.focus();
  target.click();
}

function card(table, row) {
  const change = changes.get(key(table, row));
  const { id, ...rest } = row;
  const made = el("li", { className: change ? "fresh" : "", data: { row: String(id) } },
    el("span", { className: "row-id" }, `${table} ${id}`),
    el("dl", {}, Object.entries(rest).filter(([, value]) => value !== null).map(([name, value]) =>
      el("div", { className: change?.fields.includes(name) ? "changed" : "" },
        el("dt", {}, name), el("dd", { className: typeof value === "string" ? "string" : "" }, written(name, value))))));
  // Drawn again, it goes on to fade from where it was.
  if (change) made.style.animationDelay = `${change.at - performance.now()}ms`;
  return made;
}

function written(name, value) {
  if (name.endsWith("_at") && typeof value === "number") return el("span", { title: String(value) }, moment(value));
  return value === "" ? el("span", { className: "none" }, "(empty)") : String(value);
}
