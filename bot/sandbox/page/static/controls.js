// What hangs below a message: buttons, and selects of what a bot or the server offers.

import { act } from "./acts.js";
import { el } from "./dom.js";
import { JUMP } from "./markdown.js";
import { state } from "./state.js";

const BUTTON = 2, STRING = 3, USER = 5, ROLE = 6, CHANNEL = 8;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary" };

/** The rows of buttons and selects of a message. */
export function components(message) {
  return message.components.filter((row) => row.type === 1).map((row) => el("div", { className: "buttons" }, row.components.map((it) => {
    if (it.type !== BUTTON) return select(message, it);
    if (it.style === 5) return linkButton(it);
    return el("button", {
      type: "button", className: `button ${STYLES[it.style] ?? "secondary"}`, disabled: it.disabled,
      on: { click: (event) => act("press", message, { control: it.custom_id }, event.currentTarget) },
    }, it.emoji?.name ? `${it.emoji.name} ` : null, it.label ?? "");
  })));
}

function linkButton(it) {
  const jump = JUMP.exec(it.url);
  if (jump) return el("a", { className: "button secondary", href: it.url, data: { channel: jump[2], message: jump[3] ?? "" } }, it.label);
  return el("a", { className: "button secondary", href: it.url, target: "_blank", rel: "noopener noreferrer" }, it.label);
}

/** What a select offers, as {value, label, chosen}. */
function choices(it) {
  if (it.type === STRING) return it.options.map((each) => ({ value: each.value, label: each.label, chosen: each.default }));
  const chosen = new Set((it.default_values ?? []).map((each) => each.id));
  const { names, roles, channels, id } = state.server;
  const found = it.type === CHANNEL
    ? channels.filter((each) => it.channel_types?.includes(each.type) ?? true).map((each) => [each.id, `#${each.name}`])
    : [...(it.type === USER ? [] : Object.entries(roles).filter(([role]) => role !== id)), ...(it.type === ROLE ? [] : Object.entries(names))];
  return found.map(([value, label]) => ({ value, label, chosen: chosen.has(value) }));
}

function select(message, it) {
  const many = it.max_values > 1;
  const label = it.placeholder ?? "Choose";
  const send = (button) => act("press", message, { control: it.custom_id, values: [...box.selectedOptions].map((each) => each.value).filter(Boolean) }, button);
  const choose = () => { if (box.value || !it.min_values) send(box); };
  const offered = choices(it);
  const nothing = many || (it.type === STRING && it.min_values && offered.some((each) => each.chosen)) ? null : el("option", { value: "" }, label);
  const box = el("select", {
    "aria-label": label, disabled: it.disabled, multiple: many, size: many ? Math.min(Math.max(offered.length, 2), 4) : null,
    on: many ? {} : { change: choose },
  }, nothing, offered.map((each) => el("option", { value: each.value, selected: each.chosen }, each.label)));
  // As in Discord, several are chosen first and sent at once.
  return many ? el("div", { className: "several" }, el("span", { "aria-hidden": "true" }, label), box,
    el("button", { type: "button", className: "button secondary", on: { click: (event) => send(event.currentTarget) } }, "Choose")) : box;
}
