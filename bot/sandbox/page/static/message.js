// One message as elements.

import { act, dismiss, jumpTo, openPlace, replyTo } from "./acts.js";
import { components } from "./controls.js";
import { avatar, el, icon, iconButton } from "./dom.js";
import { openMenu } from "./menu.js";
import { plainText, render } from "./markdown.js";
import { authorName, herePlace, isEphemeral, isMine, isSystem, placeOf, state } from "./state.js";
import { day, stamp } from "./time.js";

const LOADING = 1 << 7;
const HAS_THREAD = 1 << 5;
const GAP = 7 * 60 * 1000;
const EXCERPT = 160;

/** Whether a message continues the one above it, so that its author need not be named again. */
function continues(message, above) {
  return above && above.author.id === message.author.id && !message.message_reference && !message.asked
    && !isSystem(above) && isEphemeral(above) === isEphemeral(message)
    && new Date(message.timestamp) - new Date(above.timestamp) < GAP && !startsDay(message, above);
}

function startsDay(message, above) {
  return !above || new Date(above.timestamp).toDateString() !== new Date(message.timestamp).toDateString();
}

/** The list item of a message below the one `above`. */
export function messageItem(message, above) {
  const own = [startsDay(message, above) ? el("div", { className: "day" }, el("span", {}, day(message.timestamp))) : null];
  const joined = continues(message, above);
  const kind = ["message", joined ? "joined" : "", isEphemeral(message) ? "private" : "", isSystem(message) ? "system" : "",
    mentionsMe(message) ? "for-me" : ""].filter(Boolean).join(" ");
  own.push(isSystem(message) ? systemBody(message) : body(message, joined));
  return el("li", { className: kind, tabIndex: -1, data: { id: message.id }, "aria-label": spoken(message) }, own);
}

/** A message as a screen reader says it. */
export function spoken(message) {
  if (isSystem(message)) return systemText(message);
  const text = message.flags & LOADING ? "is thinking" : plainText(message.content);
  const answered = message.referenced_message ? `, in answer to ${authorName(message.referenced_message.author)}` : "";
  return `${authorName(message.author)}${answered}${isEphemeral(message) ? ", only for you" : ""}: ${text}`;
}

function mentionsMe(message) {
  return !isMine(message) && (message.mention_everyone || message.mentions.some((user) => user.id === state.server.me));
}

function body(message, joined) {
  const name = authorName(message.author);
  const head = joined ? null : el("div", { className: "head" },
    el("span", { className: `name ${message.author.bot ? "bot" : ""}` }, name),
    message.author.bot ? el("span", { className: "badge" }, "App") : null, stamp(message.timestamp));
  const pinned = message.pinned ? el("div", { className: "pinned" }, icon("pin"), "Pinned") : null;
  return el("div", { className: "body" },
    message.asked ? askedLine(message) : quote(message),
    joined ? stamp(message.timestamp) : avatar(name, message.author.bot),
    el("div", { className: "content" }, head, pinned, content(message),
      message.embeds.map(embed), message.attachments.map(attachment), components(message), reactions(message),
      message.flags & HAS_THREAD ? threadLink(message) : null,
      isEphemeral(message) ? privateLine(message) : null),
    message.flags & LOADING ? null : toolbar(message));
}

function content(message) {
  if (message.flags & LOADING) return el("div", { className: "thinking" }, `${authorName(message.author)} is thinking`);
  if (!message.content) return null;
  const shown = el("div", { className: "text" }, render(message.content));
  if (message.edited_timestamp && !isEphemeral(message)) {
    const place = shown.lastElementChild?.matches(".lines, .subtext") ? shown.lastElementChild : shown;
    place.append(el("span", { className: "edited", title: new Date(message.edited_timestamp).toLocaleString() }, " (edited)"));
  }
  return shown;
}

function quote(message) {
  if (message.type !== 19 || isEphemeral(message)) return null;
  const target = message.referenced_message;
  if (!target) return el("div", { className: "quote gone" }, "The original message was deleted");
  const text = plainText(target.content).slice(0, EXCERPT) || "See the message";
  const name = authorName(target.author);
  return el("button", {
    type: "button", className: "quote", title: "Go to this message",
    on: { click: () => jumpTo(target.channel_id, target.id) },
  }, el("span", { className: "hidden" }, "In answer to "), avatar(name, target.author.bot),
  el("b", {}, name), " ", el("span", {}, text));
}

function askedLine(message) {
  const who = authorName(message.interaction_metadata.user);
  return el("div", { className: "quote asked" }, avatar(who, false), el("b", {}, who), el("span", { className: "used" }, " used "),
    el("span", { className: "mention" }, message.asked));
}

function privateLine(message) {
  return el("div", { className: "only-you" }, icon("eye"), "Only you can see this · ",
    el("button", { type: "button", className: "link", on: { click: () => dismiss(message) } }, "Dismiss message"));
}

function threadLink(message) {
  const thread = placeOf(message.id);
  if (!thread) return null;
  const count = thread.count === 1 ? "1 message" : `${thread.count} messages`;
  return el("button", { type: "button", className: "thread-link", data: { thread: thread.id }, on: { click: () => openPlace(thread.id) } },
    icon("thread"), el("b", {}, thread.name), " ", el("span", {}, count), " ›");
}

function embed(it) {
  return el("div", { className: "embed" },
    it.title ? el("strong", {}, it.title) : null,
    it.description ? el("div", { className: "text" }, render(it.description)) : null,
    (it.fields ?? []).map((field) => el("div", {}, el("strong", {}, field.name), el("div", {}, render(field.value)))),
    it.footer ? el("small", {}, it.footer.text) : null);
}

function attachment(it) {
  const href = new URL(it.url).pathname;
  if (it.filename.endsWith(".png")) {
    return el("a", { className: "picture", href, target: "_blank" }, el("img", { src: href, alt: it.description ?? it.filename, title: it.description ?? null }));
  }
  return el("a", { className: "attachment", href, download: it.filename }, icon("file"), it.filename);
}

/** The reactions below a message; a press adds one's own, or takes it back. */
function reactions(message) {
  if (!message.reactions?.length) return null;
  return el("div", { className: "reactions" }, message.reactions.map((it) => {
    const people = it.count === 1 ? "1 person" : `${it.count} people`;
    return el("button", {
      type: "button", className: "reaction", "aria-pressed": String(it.me), "aria-label": `${it.emoji.name}, ${people}`,
      on: { click: () => act("react", message, { emoji: it.emoji.name, take: it.me }) },
    }, el("span", { "aria-hidden": "true" }, it.emoji.name), " ", String(it.count));
  }));
}

function toolbar(message) {
  const more = iconButton("more", "More", (event) => openMenu(message, event.currentTarget), { "aria-haspopup": "menu" });
  const usable = !isEphemeral(message);
  return el("div", { className: "toolbar" },
    usable && herePlace()?.writes ? iconButton("reply", "Reply", () => replyTo(message)) : null, usable ? more : null);
}

function systemText(message) {
  const who = authorName(message.author);
  if (message.type === 18) return `${who} started a thread: ${message.content}`;
  if (message.type === 7) return `${who} joined the server`;
  if (message.type === 6) return `${who} pinned a message to this channel`;
  const start = message.referenced_message;
  return start ? `This thread began with: ${plainText(start.content).slice(0, EXCERPT)}` : "The message that began this thread was deleted";
}

function systemBody(message) {
  const target = message.type === 21 ? message.referenced_message : null;
  const go = target ? () => jumpTo(target.channel_id, target.id)
    : message.type === 6 ? () => jumpTo(message.message_reference.channel_id, message.message_reference.message_id)
    : message.type === 18 ? () => openPlace(message.message_reference.channel_id) : null;
  const text = systemText(message);
  return el("div", { className: "body" }, icon("thread"), el("div", { className: "content" },
    go ? el("button", { type: "button", className: "link", on: { click: go } }, text) : text,
    " ", stamp(message.timestamp)));
}
