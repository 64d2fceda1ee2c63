// What somebody does with a message, wherever on the page they do it from.

import { showForm } from "./dialog.js";
import { toast } from "./dom.js";
import { state } from "./state.js";
import { ask } from "./wire.js";

// Set by main.js: the parts of the page that these acts end in.
export const parts = { composer: null, messages: null };

export const replyTo = (message) => parts.composer.reply(message);
export const editMessage = (message) => parts.composer.edit(message);
export const openPlace = (id) => parts.messages.open(id);
export const jumpTo = (channel, message) => parts.messages.open(channel, message);

/** Ask for something about a message; a form that comes back is shown, a refusal said. `button` waits meanwhile. */
export async function act(what, message, details = {}, button = null) {
  return attempt(() => ask(what, { channel: message.channel_id, message: message.id, ...details }), button);
}

/** Take an answer away that only the present person sees. */
export async function dismiss(message) {
  if (await act("dismiss", message)) parts.messages.hear("deleted", message);
}

/** Ask for something about the open channel as a whole, likewise. */
export async function actHere(what, details = {}) {
  return attempt(() => ask(what, { channel: state.here, ...details }));
}

async function attempt(asking, button = null) {
  button?.classList.add("busy");
  try {
    const result = await asking();
    if (result.form) await showForm(result.form);
    return result;
  } catch (error) {
    toast(error.message);
    return null;
  } finally {
    button?.classList.remove("busy");
  }
}
