// The one WebSocket: acts out with their answers, events in. When it breaks it is opened again, ever more patiently.

import { onceReleased } from "./press.js";

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;

let socket = null;
let pause = FIRST_PAUSE;
let number = 0;
let asked = new Map();
let heard = { open() {}, lost() {}, event() {} };

/** Connect, and tell `listener` of every opening, loss and event from now on. */
export function connect(listener) {
  heard = listener;
  open();
}

function open() {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.addEventListener("open", () => {
    pause = FIRST_PAUSE;
    heard.open();
  });
  socket.addEventListener("message", (frame) => onceReleased(() => take(JSON.parse(frame.data))));
  socket.addEventListener("close", lost);
}

function lost() {
  for (const { refuse } of asked.values()) refuse(new Error("The connection was lost. Try again in a moment."));
  asked = new Map();
  heard.lost();
  setTimeout(open, pause);
  pause = Math.min(pause * 1.6, LONGEST_PAUSE);
}

function take(message) {
  if (message.re === undefined) {
    heard.event(message);
    return;
  }
  const waiting = asked.get(message.re);
  asked.delete(message.re);
  if (message.error !== undefined) waiting?.refuse(new Error(message.error));
  else waiting?.fulfil(message.result);
}

/** Ask the server to do something; its answer, or an Error with a sentence for the person. */
export function ask(what, details = {}) {
  return new Promise((fulfil, refuse) => {
    if (socket?.readyState !== WebSocket.OPEN) {
      refuse(new Error("The connection is lost. Try again in a moment."));
      return;
    }
    const id = ++number;
    asked.set(id, { fulfil, refuse });
    socket.send(JSON.stringify({ id, do: what, ...details }));
  });
}
