// The left side: the server, its channels and threads, and whose place one takes.

import { $, avatar, el, icon } from "./dom.js";
import { openPlace } from "./acts.js";
import { closePlaces } from "./sides.js";
import { state } from "./state.js";
import { ask } from "./wire.js";

const list = $("channels");

/** Draw the channels; `be` takes somebody's place. */
export function drawChannels() {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  $("server-name").textContent = state.server.name;
  const shown = state.server.channels.filter((each) => !each.archived || each.id === state.here);
  // Direct messages first: whoever got one must not have to look for it.
  const [direct, channels] = [shown.filter((each) => each.kind === "direct"), shown.filter((each) => each.kind !== "direct")];
  const title = (text) => (direct.length ? [el("li", { className: "title" }, text)] : []);
  list.replaceChildren(...title("Direct messages"), ...direct.map(entry), ...title("Channels"), ...channels.map(entry));
  drawWaiting(direct.reduce((sum, each) => sum + unreadIn(each), 0));
  const current = list.querySelector("[aria-current]") ?? list.querySelector("button");
  if (current) current.tabIndex = 0;
  if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

/** Say at the button that opens this side how many direct messages wait behind it. */
function drawWaiting(count) {
  const opener = $("open-places");
  opener.querySelector(".count")?.remove();
  opener.querySelector(".hidden").textContent = count ? `Channels, direct messages: ${count} unread` : "Channels";
  if (count) opener.append(badge(count));
}

const badge = (count) => el("span", { className: "count", "aria-hidden": "true" }, String(count));

/** How many messages of a place were not looked at; of channels it is only known whether there are any. */
function unreadIn(place) {
  if (place.id === state.here) return 0;
  return place.unread ?? Number(state.unread.has(place.id));
}

/** The mark of an unread place: of direct messages how many, as in Discord. */
function mark(place, unread) {
  if (!unread) return null;
  if (place.kind !== "direct") return el("span", { className: "dot" }, el("span", { className: "hidden" }, ", unread"));
  return [el("span", { className: "hidden" }, `, ${unread} unread`), badge(unread)];
}

function entry(place) {
  const unread = unreadIn(place);
  const drawing = place.locked ? "lock" : { text: "text", forum: "forum", thread: "thread" }[place.kind];
  return el("li", { className: place.kind },
    el("button", {
      type: "button", tabIndex: -1, className: unread ? "unread" : "", title: place.name, data: { id: place.id },
      "aria-current": place.id === state.here ? "page" : null, on: { click: () => { openPlace(place.id); closePlaces(); } },
    }, place.kind === "direct" ? avatar(place.name, true) : icon(drawing), el("span", {}, place.name), place.locked ? el("span", { className: "hidden" }, ", locked") : null,
    mark(place, unread)));
}

list.addEventListener("keydown", (event) => {
  const all = [...list.querySelectorAll("button")];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  for (const each of all) each.tabIndex = -1;
  const target = all[Math.min(Math.max(to, 0), all.length - 1)];
  target.tabIndex = 0;
  target.focus();
});

const LANGUAGES = { "en-US": "English", uk: "Українська" };

/** The language that the present person has set Discord to: bots answer in it. */
function languageSelect(be) {
  const { me, people } = state.server;
  const { locale } = people.find((each) => each.id === me);
  const choose = ({ target }) => be(me, () => ask("speak", { locale: target.value }));
  return el("label", { className: "language" }, "Language in Discord",
    el("select", { on: { change: choose } },
      Object.entries(LANGUAGES).map(([value, name]) => el("option", { value, selected: value === locale }, name))));
}

/** Draw the switch between the people. */
export function drawPeople(be) {
  const box = $("people");
  const focused = box.contains(document.activeElement);
  const radios = state.server.people.map((each) => el("label", { className: "person" },
    el("input", { type: "radio", name: "person", value: each.id, checked: each.id === state.server.me, on: { change: () => be(each.id) } }),
    avatar(each.name, false),
    el("span", { className: "who" }, el("b", {}, each.name), el("small", {}, each.moderator ? "moderator" : "member"))));
  box.replaceChildren(el("legend", {}, "You are"), ...radios, languageSelect(be));
  if (focused) box.querySelector("input:checked").focus();
}
