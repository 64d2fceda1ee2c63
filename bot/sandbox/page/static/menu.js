// The menu of a message: what Discord offers, then what applications do.

import { act, editMessage, openPlace, replyTo } from "./acts.js";
import { askText, confirm } from "./dialog.js";
import { $, copy, el, icon } from "./dom.js";
import { herePlace, isEphemeral, isMine, isSystem, placeOf, state } from "./state.js";
import { plainText } from "./markdown.js";
import { ask } from "./wire.js";

const MARGIN = 8;
const VOTES = ["👍", "❤️"];

/** Open the menu of a message beside `anchor`, which gets the focus back. */
export async function openMenu(message, anchor) {
  if (isSystem(message) || isEphemeral(message)) return;
  const offered = await ask("offered", { channel: message.channel_id }).catch(() => ({ menus: [] }));
  const apps = offered.menus.map((name, at) => item(offered.labels[at], "oped", () => act("menu", message, { name })));
  show([
    el("div", { role: "group", "aria-label": "Message" }, own(message)),
    apps.length ? el("div", { role: "group", "aria-label": "Apps" }, el("div", { className: "title", role: "presentation" }, "Apps"), apps) : null,
  ], anchor);
}

function own(message) {
  const place = herePlace();
  const mine = isMine(message);
  return [
    place.writes ? item("Reply", "reply", () => replyTo(message)) : null,
    ...VOTES.map((emoji) => item(`React with ${emoji}`, "heart", () => act("react", message, { emoji }))),
    mine ? item("Edit message", "edit", () => editMessage(message)) : null,
    place.threads && !placeOf(message.id) ? item("Create thread", "thread", () => createThread(message)) : null,
    item("Copy link", "copy", () => copy(`https://discord.com/channels/${place.kind === "direct" ? "@me" : state.server.id}/${message.channel_id}/${message.id}`)),
    mine || place.moderates ? item("Delete message", "trash", () => deleteMessage(message), "danger") : null,
  ].filter(Boolean);
}

function createThread(message) {
  const name = plainText(message.content).slice(0, 60);
  return askText("Create thread", "Name of the thread", "Create", async (given) => {
    const { id } = await ask("thread", { channel: message.channel_id, message: message.id, name: given });
    await openPlace(id);
  }, name);
}

function deleteMessage(message) {
  return confirm("Delete message", "It is deleted for everybody. This cannot be undone.", "Delete", () =>
    ask("delete", { channel: message.channel_id, message: message.id }));
}

function item(label, drawing, press, style = "") {
  return el("button", { type: "button", role: "menuitem", tabIndex: -1, className: style, on: { click: press } }, label, icon(drawing));
}

function show(children, anchor) {
  const back = document.activeElement;
  const menu = el("div", { className: "menu", role: "menu", "aria-label": "Message menu", popover: "auto" }, children.filter(Boolean));
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const step = (to) => items[(to + items.length) % items.length].focus();
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (event.key in moves) { event.preventDefault(); step(moves[event.key]); }
    if (event.key === "Tab") menu.hidePopover();
  });
  // In this order: the popover must be gone, and the focus back, before a dialog or the composer takes it.
  menu.addEventListener("click", (event) => { if (event.target.closest("[role=menuitem]")) menu.hidePopover(); }, true);
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    if (menu.contains(document.activeElement) || document.activeElement === document.body) back?.focus();
    menu.remove();
  });
  $("main").append(menu);
  menu.showPopover();
  place(menu, anchor.getBoundingClientRect());
  items[0]?.focus();
}

function place(menu, near) {
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.min(Math.max(MARGIN, near.right - width), innerWidth - width - MARGIN);
  const below = near.bottom + 4 + height < innerHeight - MARGIN;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? near.bottom + 4 : Math.max(MARGIN, near.top - height - 4)}px`;
}
