// Building the page. Foreign text only ever becomes text nodes: nothing here, or anywhere, parses it as HTML.

export const $ = (id) => document.getElementById(id);

/** An element with properties, attributes (by their dashed or ARIA names) and children; null children are left out. */
export function el(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, heard] of Object.entries(value)) element.addEventListener(event, heard);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name in element && !name.startsWith("aria-") && name !== "list") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the drawings in icons.svg, which says nothing by itself. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows a drawing and is called `label`. */
export function iconButton(name, label, press, given = {}) {
  return el("button", { type: "button", className: "icon", title: label, on: { click: press }, ...given },
    el("span", { className: "hidden" }, label), icon(name));
}

/** A round picture for somebody who has none: their initial, on a colour that stays theirs. */
export function avatar(name, bot) {
  const letter = [...name.trim()][0] ?? "?";
  const hue = [...name].reduce((sum, each) => (sum * 5 + each.codePointAt(0)) % 8, 7);
  return el("span", { className: `avatar ${bot ? "bot" : `hue-${hue}`}`, "aria-hidden": "true" },
    bot ? icon("oped") : letter.toUpperCase());
}

let toastTimer = 0;

/** Say something that went wrong, or was done, above the composer for a while. */
export function toast(text, kind = "trouble") {
  const close = () => $("toasts").replaceChildren();
  $("toasts").replaceChildren(el("div", { className: `toast ${kind}` }, el("p", {}, text),
    iconButton("close", "Dismiss", close)));
  clearTimeout(toastTimer);
  toastTimer = setTimeout(close, Math.max(6000, text.length * 90));
}

/** Say something to screen readers alone. */
export function announce(text) {
  const log = $("said");
  log.append(el("p", {}, text));
  while (log.childElementCount > 5) log.firstElementChild.remove();
}

/** Put text on the clipboard, and say so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.", "good");
  } catch {
    toast("The browser does not allow copying. Select the text instead.");
  }
}
