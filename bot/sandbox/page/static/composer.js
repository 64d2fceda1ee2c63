// The composer: a message, an answer to one, a change of one, or a slash command.

import { announce, $, el, iconButton, toast } from "./dom.js";
import * as command from "./command.js";
import { lastOwn } from "./messages.js";
import { authorName, herePlace, signed, state } from "./state.js";
import { hide, leave, suggest, takesKey } from "./suggest.js";
import { ask } from "./wire.js";

const MOST_LINES = 10;

const form = $("composer");
const text = $("composer-text");
const drafts = new Map();
const touch = matchMedia("(pointer: coarse)");
let mode = { kind: "new", message: null };
let draftKey = "";
let commands = [];

/** Wire the composer up. */
export function start() {
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  form.addEventListener("keydown", onKey);
  text.addEventListener("input", () => { grow(); offerCommands(); });
  text.addEventListener("blur", leave);
}

/** Make ready for another channel or person: each has a draft of its own. */
export function enter() {
  if (command.isOpen()) command.cancel();
  const key = `${state.server.me} ${state.here}`;
  if (key !== draftKey) {
    if (mode.kind !== "edit") drafts.set(draftKey, text.value);
    draftKey = key;
    setMode("new");
    text.value = drafts.get(draftKey) ?? "";
  }
  refresh();
}

/** Take no words while it is not settled whose they are; `refresh` ends it. */
export function wait() {
  text.disabled = true;
  form.querySelector(".send").disabled = true;
}

/** Say what can be written here, and whether. */
export function refresh() {
  const place = herePlace();
  if (!place) return;
  form.classList.toggle("barred", !place.writes);
  text.disabled = !place.writes;
  text.placeholder = place.writes ? `Message ${signed(place)}`
    : place.kind === "forum" ? "Open a post to write in it" : place.locked ? "This thread is locked" : "You cannot write here";
  form.querySelector(".send").disabled = !place.writes;
  text.setAttribute("aria-label", text.placeholder);
  grow();
}

/** Answer a message. */
export function reply(message) {
  setMode("reply", message);
  text.focus();
}

/** Change a message of one's own. */
export function edit(message) {
  if (mode.kind !== "edit") drafts.set(draftKey, text.value);
  setMode("edit", message);
  text.value = message.content;
  grow();
  text.focus();
}

function setMode(kind, message = null) {
  const left = mode.kind === "edit" && kind !== "edit";
  mode = { kind, message };
  if (left) text.value = drafts.get(draftKey) ?? "";
  $("mode").hidden = kind === "new";
  if (kind === "new") return;
  const line = kind === "reply" ? ["Replying to ", el("b", {}, authorName(message.author))] : ["Editing your message"];
  $("mode").replaceChildren(el("span", {}, line), iconButton("close", "Cancel", giveUp));
  announce(kind === "reply" ? `Replying to ${authorName(message.author)}` : "Editing your message");
}

function giveUp() {
  setMode("new");
  grow();
  text.focus();
}

async function submit() {
  if (command.isOpen()) { command.send(); return; }
  const written = text.value.trim();
  const { kind, message } = mode;
  const key = draftKey;
  if (!written) return;
  const found = kind === "new" && await matching(written);
  // Another channel was opened meanwhile: the words wait in theirs.
  if (key !== draftKey) return;
  // Pressed twice: the first press has begun it.
  if (found?.length && command.isOpen()) return;
  if (found?.length) { beginCommand(found[0]); return; }
  const sent = kind === "edit" ? ["edit", { channel: message.channel_id, message: message.id, text: written }]
    : ["say", { channel: state.here, text: written, reply: kind === "reply" ? message.id : null }];
  setMode("new");
  if (kind !== "edit") text.value = "";
  grow();
  try {
    await ask(...sent);
  } catch (error) {
    toast(error.message);
    giveBack(written, key, kind, message);
  }
}

/** Nothing that was written is lost: it can be sent again, or changed. */
function giveBack(written, key, kind, message) {
  if (key !== draftKey) {
    if (kind !== "edit" && !drafts.get(key)) drafts.set(key, written);
    return;
  }
  if (text.value) return;
  if (kind !== "new") setMode(kind, message);
  text.value = written;
  grow();
}

function onKey(event) {
  if (takesKey(event)) return;
  if (event.key === "Escape") {
    if (command.isOpen()) command.cancel();
    else if (mode.kind !== "new") giveUp();
    else return;
    event.preventDefault();
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === text && !touch.matches) {
    event.preventDefault();
    submit();
  } else if (event.key === "ArrowUp" && event.target === text && !text.value && mode.kind === "new") {
    const last = lastOwn();
    if (last) { event.preventDefault(); edit(last); }
  }
}

/** As many lines as are written, up to a limit. */
function grow() {
  text.style.height = "auto";
  const line = parseFloat(getComputedStyle(text).lineHeight);
  text.style.height = `${Math.min(text.scrollHeight, line * MOST_LINES)}px`;
}

// Slash commands

async function offerCommands() {
  if (mode.kind !== "new" || !text.value.startsWith("/") || text.value.includes("\n")) { hide(); return; }
  if (text.value === "/" || !commands.length) await fetchCommands();
  // Meanwhile the command may have been begun, or the text left.
  if (!text.value.startsWith("/") || document.activeElement !== text) return;
  const typed = text.value.slice(1).toLowerCase();
  const found = commands.filter((each) => each.name.includes(typed.trimEnd()))
    .sort((a, b) => b.name.startsWith(typed) - a.name.startsWith(typed));
  suggest(text, found.map((each) => ({ label: `/${each.name}`, hint: each.description, command: each })), (chosen) => beginCommand(chosen.command));
}

async function fetchCommands() {
  try {
    commands = (await ask("offered", { channel: state.here })).slash;
  } catch {
    commands = [];
  }
}

/** The commands that are meant where somebody typed one in full and pressed Enter. */
async function matching(written) {
  if (!written.startsWith("/")) return [];
  await fetchCommands();
  return commands.filter((each) => written.toLowerCase() === `/${each.name}`);
}

function beginCommand(chosen) {
  hide();
  text.value = "";
  form.classList.add("commanding");
  command.begin(chosen, () => {
    form.classList.remove("commanding");
    grow();
    text.focus();
  });
}

/** Whoever takes another's place has other commands. */
export function forget() {
  commands = [];
}
