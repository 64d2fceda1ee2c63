// Dialogs: a bot's forms, and the few questions of the page's own.

import { el, iconButton, toast } from "./dom.js";
import { ask } from "./wire.js";

/** Show a bot's form, and send it. What was typed stays until it has been taken. */
export async function showForm(form) {
  const fields = form.components.map(fieldOf).filter(Boolean);
  await show(form.title, fields.map((each) => each.element), "Send", async () => {
    const given = Object.fromEntries(fields.filter((each) => each.value).map((each) => [each.id, each.value()]));
    const result = await ask("fill", { fields: given });
    if (result.form) setTimeout(() => showForm(result.form));
  });
}

/** Ask for one line of text; what was entered is passed to `use`, which may throw a sentence. */
export function askText(title, label, action, use, given = "") {
  const input = el("input", { id: "dialog-text", type: "text", maxLength: 100, required: true, value: given });
  return show(title, [el("label", { htmlFor: "dialog-text" }, label), input], action, () => use(input.value));
}

/** Ask whether to go on. */
export function confirm(title, text, action, use) {
  return show(title, [el("p", {}, text)], action, use, "danger");
}

function show(title, children, action, use, style = "primary") {
  const back = document.activeElement;
  const send = el("button", { type: "submit", className: `button ${style}` }, action);
  const problem = el("p", { className: "problem", role: "alert", hidden: true });
  const cancel = () => dialog.close();
  const submit = async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    try {
      await use();
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      send.disabled = false;
    }
  };
  const dialog = el("dialog", { "aria-labelledby": "dialog-title", on: { close: () => dialog.remove() } },
    el("form", { on: { submit } },
      el("header", {}, el("h2", { id: "dialog-title" }, title), iconButton("close", "Cancel", cancel)),
      el("div", { className: "fields" }, children), problem,
      el("footer", {}, el("button", { type: "button", className: "button secondary", on: { click: cancel } }, "Cancel"), send)));
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector("textarea, input, select") ?? send).focus();
  return new Promise((closed) => dialog.addEventListener("close", () => {
    if (back?.isConnected) back.focus();
    closed();
  }));
}

/** A field of a form with the id it is sent under and what it holds; other parts only show. */
function fieldOf(top) {
  if (top.type === 10) return { element: el("p", {}, top.content) };
  const [label, description, inner] = top.type === 18 ? [top.label, top.description, top.component] : [top.components[0].label, null, top.components[0]];
  const id = `field-${inner.custom_id}`;
  const hint = description ? el("p", { className: "hint", id: `${id}-hint` }, description) : null;
  const common = { id, required: inner.required ?? true, "aria-describedby": hint ? hint.id : null };
  const input = inputOf(inner, common);
  if (!input) {
    toast("This form has a field that this page does not know.");
    return null;
  }
  const element = el("div", { className: "field" }, el("label", { htmlFor: id }, label), hint, input);
  const value = () => input.multiple ? [...input.selectedOptions].map((option) => option.value) : inner.type === 3 ? [input.value] : input.value;
  return { id: inner.custom_id, element, value };
}

function inputOf(inner, common) {
  if (inner.type === 4) {
    const given = {
      ...common, value: inner.value ?? "", placeholder: inner.placeholder ?? "",
      maxLength: inner.max_length ?? 4000, minLength: inner.min_length ?? 0,
    };
    return inner.style === 2 ? el("textarea", { ...given, rows: 6 }) : el("input", { type: "text", ...given });
  }
  if (inner.type !== 3) return null;
  return el("select", { ...common, multiple: (inner.max_values ?? 1) > 1 },
    inner.options.map((option) => el("option", { value: option.value, selected: option.default }, option.label)));
}
