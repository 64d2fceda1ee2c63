// What the page knows. Everybody reads it; only main.js and messages.js write it.

const EPHEMERAL = 1 << 6;

/** Types of message in which Discord itself tells what happened. */
const SYSTEM = new Set([6, 7, 18, 21]);

export const state = {
  /** The server as the present person sees it (see views.py), null before the first answer. */
  server: null,
  /** The channel that is open. */
  here: null,
  /** What the page is told beside Discord: `bot`, `rows`, `stage`. */
  told: {},
  connected: false,
  /** Channels with messages that were not looked at, by person and channel. */
  unread: new Set(),
};

export const placeOf = (id) => state.server?.channels.find((each) => each.id === id);
export const nameOf = (id) => state.server?.names[id] ?? (id === state.server?.bot.id ? state.server.bot.name : undefined);
export const me = () => state.server?.people.find((each) => each.id === state.server.me);
export const herePlace = () => placeOf(state.here);

/** A place's name, with Discord's sign for its kind before it. */
export const signed = (place) => `${{ text: "#", forum: "#", direct: "@" }[place.kind] ?? ""}${place.name}`;

/** The name to show for the author of a message. */
export const authorName = (author) => nameOf(author.id) ?? author.global_name ?? author.username;

export const isEphemeral = (message) => Boolean(message.flags & EPHEMERAL);
export const isSystem = (message) => SYSTEM.has(message.type);
export const isMine = (message) => message.author.id === state.server.me;
