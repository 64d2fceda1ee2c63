// The list of suggestions above the composer, for whichever field is typed into (much like the ARIA combobox pattern).

import { $, announce, el } from "./dom.js";

const list = $("suggestions");
let field = null;
let items = [];
let active = -1;
let choose = () => {};

/** Offer `found`, each {label, hint}, to the field that is typed into; the first is chosen by Enter or Tab. */
export function suggest(input, found, chosen) {
  if (!found.length || field !== input) hide();
  if (!found.length) return;
  field = input;
  items = found;
  choose = chosen;
  list.replaceChildren(...found.map(({ label, hint }, at) => el("li", {
    id: `suggestion-${at}`, role: "option", "aria-selected": "false",
    // Before the field loses the focus.
    on: { pointerdown: (event) => { event.preventDefault(); take(at); } },
  }, el("b", {}, label), hint ? el("span", {}, hint) : null)));
  list.hidden = false;
  // A text area has no role that could be expanded, so what is there is said.
  if (field.role === "combobox") field.setAttribute("aria-expanded", "true");
  else announce(found.length === 1 ? "1 suggestion" : `${found.length} suggestions`);
  mark(0);
}

/** Take the list away. */
export function hide() {
  list.hidden = true;
  list.replaceChildren();
  if (field?.role === "combobox") field.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
  field = null;
}

/** The field was left: the list goes with it, unless somebody scrolls there. */
export function leave(event) {
  if (event.relatedTarget !== list) hide();
}

/** Let the list have a key first; whether it was meant for it. */
export function takesKey(event) {
  if (!field || event.target !== field || event.shiftKey) return false;
  const moves = { ArrowDown: active + 1, ArrowUp: active - 1 };
  if (event.key in moves) mark((moves[event.key] + items.length) % items.length);
  else if (event.key === "Enter" || event.key === "Tab") take(active);
  else if (event.key === "Escape") hide();
  else return false;
  event.preventDefault();
  return true;
}

function mark(at) {
  active = at;
  for (const [place, each] of [...list.children].entries()) each.setAttribute("aria-selected", String(place === at));
  list.children[at].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", `suggestion-${at}`);
}

function take(at) {
  const [found, chosen] = [items[at], choose];
  hide();
  chosen(found);
}
