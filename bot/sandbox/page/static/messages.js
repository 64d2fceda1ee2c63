// The messages of the open channel: a window of them, kept up to date, older ones fetched as one scrolls up.

import { $, announce, el, icon, toast } from "./dom.js";
import { editMessage, replyTo } from "./acts.js";
import { openMenu } from "./menu.js";
import { messageItem, spoken } from "./message.js";
import { herePlace, isEphemeral, isMine, isSystem, placeOf, state } from "./state.js";
import { ask } from "./wire.js";

const MOST = 300;
const NEAR = 120;
const BEGINNINGS = {
  text: (name) => `The beginning of #${name}`,
  thread: (name) => `The beginning of the thread “${name}”`,
  forum: (name) => `The posts of #${name}`,
  direct: (name) => `The beginning of your direct messages with ${name}`,
};

const list = $("messages");
const scroller = $("scroll");
let shown = [];
let older = false;
let newer = false;
let fetching = false;
let opened = 0;
let pinned = true;
let entered = () => {};

/** Wire the list up; `onEnter` is called with each channel that is opened. */
export function start(onEnter) {
  entered = onEnter;
  scroller.addEventListener("scroll", scrolled, { passive: true });
  // Messages take their true height only when they come into view, and the composer grows as one types.
  const keep = new ResizeObserver(() => { if (pinned) toBottom(); });
  keep.observe(list);
  keep.observe(scroller);
  $("to-present").addEventListener("click", () => (newer ? open(state.here) : toBottom()));
  list.addEventListener("keydown", onKey);
  list.addEventListener("contextmenu", onContextMenu);
  list.addEventListener("click", onClick);
}

/** Open a channel at its end, or at a message, which is lit up. */
export async function open(channel, message = null) {
  const known = message && state.here === channel && list.querySelector(`[data-id="${CSS.escape(message)}"]`);
  if (known) { light(known); return; }
  if (!placeOf(channel)) { toast("You do not see this channel."); return; }
  enter(channel);
  const mine = wait();
  try {
    const found = await ask("open", { channel, around: message });
    if (mine !== opened) return;
    [shown, older, newer] = [found.messages, found.older, found.newer];
    draw();
    toBottom();
    const target = message && item(message);
    if (target) light(target);
    else if (message) toast("This message is gone.");
  } catch (error) {
    toast(error.message);
  } finally {
    settle(mine);
  }
}

/** Be in a channel at once, before its messages are there: what is written from now on is written in it. */
function enter(channel) {
  const other = channel !== state.here;
  state.here = channel;
  state.unread.delete(channel);
  if (placeOf(channel).unread) placeOf(channel).unread = 0;
  if (other) {
    // Nothing is known yet of its beginning, nor of its end.
    [shown, older, newer] = [[], true, true];
    draw();
  }
  entered(placeOf(channel));
}

/** Draw everything again, for names or threads have changed. */
export function draw() {
  const items = [];
  for (const [at, message] of shown.entries()) items.push(messageItem(message, shown[at - 1]));
  list.replaceChildren(...items);
  drawForum();
  beginning();
  rove(items.at(-1));
}

/** A message was created, updated or deleted somewhere that the present person sees. */
export function hear(event, message) {
  if (message.channel_id !== state.here) {
    if (event !== "created" || isMine(message)) return;
    state.unread.add(message.channel_id);
    if (placeOf(message.channel_id)?.kind === "direct") announce(`Direct message from ${spoken(message)}`);
    return;
  }
  if (event === "created") add(message);
  else if (event === "updated") update(message);
  else if (event === "reacted") react(message);
  else remove(message.id);
  // What one has written or asked for oneself is shown wherever one has scrolled to.
  const own = event === "created" && (isMine(message) || isEphemeral(message));
  if (own && newer) open(state.here);
  else if (pinned || own) toBottom();
  else if (event === "created") $("to-present").hidden = false;
}

const item = (id) => list.querySelector(`[data-id="${CSS.escape(id)}"]`);

function add(message) {
  if (newer || shown.some((each) => each.id === message.id)) return;
  shown.push(message);
  const made = messageItem(message, shown.at(-2));
  made.classList.add("new");
  list.append(made);
  rove(list.querySelector("[tabindex='0']") ?? made);
  if (shown.length > MOST && pinned) trim("start");
  beginning();
  announce(spoken(message));
}

function update(message) {
  const at = shown.findIndex((each) => each.id === message.id);
  if (at !== -1) {
    // An update does not say again which command was answered.
    shown[at] = { ...shown[at], ...message };
    redraw(at);
    if (isEphemeral(message)) announce(spoken(message));
  }
  requote(message.id, message);
}

/** Show the reactions that a message has now; nothing else of it has changed. */
function react(message) {
  const at = shown.findIndex((each) => each.id === message.id);
  if (at === -1) return;
  shown[at] = { ...shown[at], reactions: message.reactions };
  redraw(at);
}

function remove(id) {
  const at = shown.findIndex((each) => each.id === id);
  if (at !== -1) {
    const gone = item(id);
    const focus = gone?.contains(document.activeElement);
    shown.splice(at, 1);
    gone?.remove();
    if (shown[at]) redraw(at);
    const next = list.children[Math.min(at, list.childElementCount - 1)];
    if (!list.querySelector("[tabindex='0']") || focus) rove(next);
    if (focus) next?.focus();
  }
  requote(id, null);
}

/** Draw one message again, keeping the focus where it was inside. */
function redraw(at) {
  const old = item(shown[at].id);
  if (!old) return;
  const within = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
  const focus = old === document.activeElement;
  const made = messageItem(shown[at], shown[at - 1]);
  made.tabIndex = old.tabIndex;
  old.replaceWith(made);
  if (focus) made.focus();
  else if (within !== -1) (made.querySelectorAll("button, a")[within] ?? made).focus();
}

/** Let the answers to a message quote it as it is now. */
function requote(id, message) {
  for (const [at, each] of shown.entries()) {
    if (each.message_reference?.message_id === id && each.referenced_message !== undefined) {
      each.referenced_message = message;
      redraw(at);
    }
  }
}

function isAtBottom() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
}

function toBottom() {
  pinned = !newer;
  scroller.scrollTop = scroller.scrollHeight;
  $("to-present").hidden = !newer;
}

function light(target) {
  for (const each of list.querySelectorAll(".lit")) each.classList.remove("lit");
  pinned = false;
  target.scrollIntoView({ block: "center" });
  target.classList.add("lit");
  rove(target);
  target.focus({ preventScroll: true });
  setTimeout(() => target.classList.remove("lit"), 2500);
}

/** Fetch what lies beyond the window as one comes near its edge. */
async function scrolled() {
  pinned = isAtBottom() && !newer;
  $("to-present").hidden = pinned;
  if (fetching || !shown.length) return;
  if (older && scroller.scrollTop < 600) await fetch("before", shown[0].id);
  else if (newer && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 600) await fetch("after", shown.at(-1).id);
}

async function fetch(direction, mark) {
  const mine = opened;
  begin();
  try {
    const found = await ask("open", { channel: state.here, [direction]: mark });
    if (mine !== opened) return;
    if (direction === "before") keepInView(() => { shown = [...found.messages, ...shown]; older = found.older; if (shown.length > MOST) trimQuietly("end"); draw(); });
    else keepInView(() => { shown = [...shown, ...found.messages]; newer = found.newer; if (shown.length > MOST) trimQuietly("start"); draw(); });
  } catch {
    // Scrolling on asks again.
  } finally {
    settle(mine);
  }
}

/** Show that other messages are awaited than those that are there; what is given ends it when handed to `settle`. */
export function wait() {
  begin();
  return ++opened;
}

function begin() {
  fetching = true;
  list.setAttribute("aria-busy", "true");
}

/** What was asked for has come, unless something else is awaited since. */
export function settle(mine) {
  if (mine !== opened) return;
  fetching = false;
  list.removeAttribute("aria-busy");
}

/** Change the list so that what one looks at stays where it is. */
function keepInView(change) {
  const edge = scroller.getBoundingClientRect().top;
  const anchor = [...list.children].find((each) => each.getBoundingClientRect().bottom > edge);
  const id = anchor?.dataset.id;
  const before = anchor?.getBoundingClientRect().top;
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("li[data-id]")?.dataset.id : null;
  pinned = false;
  change();
  const again = id && item(id);
  if (again) scroller.scrollTop += again.getBoundingClientRect().top - before;
  const target = focused && item(focused);
  if (target) { rove(target); target.focus({ preventScroll: true }); }
}

function trimQuietly(side) {
  if (side === "end") { shown = shown.slice(0, MOST); newer = true; }
  else { shown = shown.slice(-MOST); older = true; }
}

function trim(side) {
  keepInView(() => {
    trimQuietly(side);
    while (list.childElementCount > shown.length) list.firstElementChild.remove();
  });
}

function beginning() {
  const place = herePlace();
  $("start").hidden = older || !place;
  if (place) $("start").textContent = BEGINNINGS[place.kind](place.name);
}

/** A forum has posts instead of messages. */
function drawForum() {
  const place = herePlace();
  if (place?.kind !== "forum") return;
  const posts = state.server.channels.filter((each) => each.parent === place.id);
  list.replaceChildren(...posts.map((each) => el("li", { className: "post" },
    el("button", { type: "button", on: { click: () => open(each.id) } }, el("b", {}, each.name),
      el("span", {}, icon("thread"), each.count === 1 ? "1 message" : `${each.count} messages`)))));
  if (!posts.length) list.replaceChildren(el("li", { className: "empty" }, "No posts yet."));
}

// Keyboard: one message at a time is in the tab order, arrows move between them.

function rove(target) {
  for (const each of list.querySelectorAll(":scope > [tabindex='0']")) each.tabIndex = -1;
  if (target?.dataset.id) target.tabIndex = 0;
}

function onKey(event) {
  const current = event.target.closest("li[data-id]");
  if (event.target !== current) return;
  const message = shown.find((each) => each.id === current.dataset.id);
  const to = { ArrowUp: current.previousElementSibling, ArrowDown: current.nextElementSibling, Home: list.firstElementChild, End: list.lastElementChild }[event.key];
  if (to) { event.preventDefault(); rove(to); to.focus(); return; }
  if (event.altKey || event.ctrlKey || event.metaKey || !message || isSystem(message)) return;
  const deeds = { r: () => replyTo(message), e: () => isMine(message) && editMessage(message), Enter: () => openMenu(message, current), m: () => openMenu(message, current) };
  if (deeds[event.key]) { event.preventDefault(); deeds[event.key](); }
}

function onContextMenu(event) {
  const current = event.target.closest("li[data-id]");
  const message = current && shown.find((each) => each.id === current.dataset.id);
  if (!message || event.target.closest("a") || isSystem(message) || isEphemeral(message)) return;
  event.preventDefault();
  openMenu(message, event.clientX ? { getBoundingClientRect: () => new DOMRect(event.clientX, event.clientY, 0, 0) } : current);
}

function onClick(event) {
  const jump = event.target.closest("a[data-channel]");
  if (!jump) return;
  event.preventDefault();
  open(jump.dataset.channel, jump.dataset.message || null);
}

/** The last message of one's own that can be edited. */
export const lastOwn = () => shown.findLast((each) => isMine(each) && !isSystem(each));

/** Show threads as they are now; those of `changed` have more or fewer messages than before. */
export function drawThreads(changed) {
  for (const [at, message] of shown.entries()) if (changed.has(message.id)) redraw(at);
  if (herePlace()?.kind === "forum" && changed.size) drawForum();
}
