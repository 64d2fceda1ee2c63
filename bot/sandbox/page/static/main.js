// The page comes alive here: what the server tells goes to the parts that show it.

import { parts } from "./acts.js";
import * as composer from "./composer.js";
import { $, announce, toast } from "./dom.js";
import * as drop from "./drop.js";
import * as messages from "./messages.js";
import { drawChannels, drawPeople } from "./places.js";
import { drawGuide, drawRows } from "./rows.js";
import * as sides from "./sides.js";
import { herePlace, placeOf, signed, state } from "./state.js";
import { ask, connect } from "./wire.js";

parts.composer = composer;
parts.messages = messages;
composer.start();
messages.start(entered);
drop.start();
sides.start();
connect({ open: () => enter(), lost, event: heard });

/** Come in, or come back, as the present person or another, having done something `first`; whether it went well. */
async function enter(person = sessionStorage.getItem("person"), first = null) {
  const waited = messages.wait();
  try {
    await first?.();
    const { server, told } = await ask("enter", { person });
    state.server = server;
    state.told = told;
    state.connected = true;
    sessionStorage.setItem("person", server.me);
    drawPeople(be);
    drawRows(told.rows);
    drawGuide(told.guide);
    showTrouble();
    composer.forget();
    const place = placeOf(state.here ?? sessionStorage.getItem("place")) ?? server.channels[0];
    if (place) await messages.open(place.id);
    return true;
  } catch (error) {
    toast(error.message);
    composer.refresh();
    // What was about to be opened meanwhile was given up for this.
    if (state.connected && state.here) await messages.open(state.here);
    return false;
  } finally {
    messages.settle(waited);
  }
}

async function be(person, first = null) {
  state.unread.clear();
  composer.wait();
  if (!await enter(person, first)) return;
  announce(`You are ${state.server.names[state.server.me]}`);
}

/** Another channel is open now. */
function entered(place) {
  sessionStorage.setItem("place", place.id);
  drawPlace();
  drawChannels();
  composer.enter();
}

function drawPlace() {
  const place = herePlace();
  if (!place) return;
  $("here").textContent = signed(place);
  $("topic").textContent = place.parent ? `in #${placeOf(place.parent)?.name ?? ""}` : place.topic ?? "";
  document.title = `${$("here").textContent} · ${state.server.name}`;
}

function lost() {
  state.connected = false;
  showTrouble();
}

function heard(message) {
  // Before the first answer there is nothing that could be shown as changed.
  if (!state.server) return;
  if (message.event === "channels") channels(message.channels);
  else if (message.event === "told") told(message.name, message.what);
  else {
    messages.hear(message.event, message.message);
    if (message.message.channel_id !== state.here) drawChannels();
  }
}

function channels(list) {
  const before = JSON.stringify(herePlace());
  const counts = new Map(state.server.channels.map((each) => [each.id, each.count]));
  state.server.channels = list;
  drawChannels();
  if (!herePlace()) { if (list[0]) messages.open(list[0].id); return; }
  if (JSON.stringify(herePlace()) !== before) { drawPlace(); composer.refresh(); }
  messages.drawThreads(new Set(list.filter((each) => each.count !== counts.get(each.id)).map((each) => each.id)));
}

function told(name, what) {
  state.told[name] = what;
  if (name === "rows") drawRows(what);
  else if (name === "guide") drawGuide(what);
  else showTrouble();
}

/** Say what is not as it should be, if anything, and whether the bot is there. */
function showTrouble() {
  const { bot, disk, stage } = state.told;
  const here = state.connected && Boolean(bot?.here);
  $("presence").textContent = state.server ? `${state.server.bot.name} is ${here ? "online" : "away"}` : "";
  $("presence").classList.toggle("away", !here);
  const text = !state.connected ? "Connection lost, trying again …"
    : disk?.line ? disk.line
    : bot?.here ? "" : stage?.line ?? "The bot is away. What you write meanwhile is stored once it is back.";
  if ($("trouble").textContent !== text) $("trouble").textContent = text;
  $("trouble").hidden = !text;
}
