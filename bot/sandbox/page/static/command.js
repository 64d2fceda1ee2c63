// A slash command being filled in: a field for each option, with what can be chosen for it.

import { actHere } from "./acts.js";
import { $, el, iconButton, toast } from "./dom.js";
import { herePlace, state } from "./state.js";
import { hide, leave, suggest } from "./suggest.js";
import { ask } from "./wire.js";

const STRING = 3, INTEGER = 4, BOOLEAN = 5, USER = 6, CHANNEL = 7, NUMBER = 10;
const PAUSE = 120;

const box = $("command");
let filled = null;

export const isOpen = () => filled !== null;

/** Fill in a command; `done` is called when it was sent or given up. */
export function begin(command, done) {
  const fields = command.options.map((option) => fieldOf(option));
  filled = { command, fields, done };
  box.replaceChildren(
    el("div", { className: "command-head" }, el("b", {}, `/${command.name}`), el("span", {}, command.description),
      iconButton("close", "Give up this command", cancel)),
    el("div", { className: "options" }, fields.map((each) => each.element)));
  box.hidden = false;
  (fields[0]?.input ?? $("composer").querySelector(".send")).focus();
}

/** Give the command up. */
export function cancel() {
  const { done } = filled;
  close();
  done();
}

function close() {
  hide();
  filled = null;
  box.replaceChildren();
  box.hidden = true;
}

/** Send the command, once all that it needs is there. */
export function send() {
  const { command, fields, done } = filled;
  const lacking = fields.find((each) => each.option.required && each.value() === "");
  if (lacking) {
    toast(lacking.input.value ? `Choose one of what is offered for “${lacking.option.name}”.` : `“${lacking.option.name}” is needed.`);
    lacking.input.focus();
    return;
  }
  const options = given();
  close();
  done();
  actHere("command", { name: command.name, options });
}

const given = () => Object.fromEntries(filled.fields.map((each) => [each.option.name, each.value()]).filter(([, value]) => value !== ""));

function fieldOf(option) {
  const id = `option-${option.name}`;
  const free = [STRING, INTEGER, NUMBER].includes(option.type) && !option.choices?.length;
  let chosen = "";
  let timer = 0;
  const input = el("input", {
    id, type: "text", role: "combobox", autocomplete: "off", inputMode: option.type === INTEGER ? "numeric" : "text",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions", "aria-describedby": `${id}-hint`,
    "aria-required": option.required ? "true" : null,
  });
  const offer = async () => {
    if (!input.isConnected) return;
    const found = await choices(option, input.value);
    if (document.activeElement === input && chosen === (free ? input.value : "")) suggest(input, found, take);
  };
  const take = ({ label, value }) => {
    input.value = label;
    chosen = value;
    const next = filled.fields.find((each) => each.option.required && each.value() === "");
    (next?.input ?? input).focus();
  };
  const typed = () => {
    chosen = free ? input.value : "";
    clearTimeout(timer);
    timer = setTimeout(offer, option.autocomplete ? PAUSE : 0);
  };
  input.addEventListener("input", typed);
  input.addEventListener("focus", () => { if (chosen === "") offer(); });
  input.addEventListener("blur", leave);
  const element = el("div", { className: "option" },
    el("label", { htmlFor: id }, option.name, option.required ? null : el("small", {}, " optional")), input,
    el("small", { id: `${id}-hint` }, option.description));
  return { option, input, element, value: () => chosen };
}

/** What can be chosen for an option, as {label, hint, value}. */
async function choices(option, typed) {
  const wanted = typed.toLowerCase();
  const fits = (each) => each.label.toLowerCase().includes(wanted);
  if (option.autocomplete) return completed(option, typed);
  if (option.choices?.length) return option.choices.map((each) => ({ label: each.label, value: each.value })).filter(fits);
  if (option.type === BOOLEAN) return [{ label: "True", value: true }, { label: "False", value: false }].filter(fits);
  if (option.type === USER) return Object.entries(state.server.names).map(([value, label]) => ({ label, value })).filter(fits);
  if (option.type !== CHANNEL) return [];
  const kinds = option.channel_types?.length ? option.channel_types : [0, 15];
  const here = herePlace().parent ?? state.here;
  return state.server.channels.filter((each) => kinds.includes(each.type))
    .map((each) => ({ label: `#${each.name}`, value: each.id, hint: each.kind === "forum" ? "forum" : null }))
    .filter(fits).sort((a, b) => (b.value === here) - (a.value === here));
}

async function completed(option, typed) {
  const options = given();
  delete options[option.name];
  try {
    const asked = { channel: state.here, name: filled.command.name, focused: option.name, typed, options };
    const { choices: found } = await ask("complete", asked);
    return found.map((each) => ({ label: each.name, value: each.value }));
  } catch (error) {
    toast(error.message);
    return [];
  }
}
