// Times, in the reader's own zone, and in the language that the person has set Discord to.

import { el } from "./dom.js";
import { me } from "./state.js";

const STYLES = {
  t: { timeStyle: "short" }, T: { timeStyle: "medium" },
  d: { dateStyle: "short" }, D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" }, F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" }, S: { dateStyle: "short", timeStyle: "medium" },
};
const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [2592000, "day", 86400], [31536000, "month", 2592000], [Infinity, "year", 31536000]];
const GREATEST = 8.64e12;

const formats = new Map();

/** The person's language; English is the browser's own, for it knows whose English it is. */
const language = () => (me()?.locale.startsWith("en") ? undefined : me()?.locale);

function format(options) {
  return kept(Intl.DateTimeFormat, options);
}

function kept(kind, options) {
  const key = `${kind.name} ${language()} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new kind(language(), options));
  return formats.get(key);
}

/** A moment in one of Discord's styles; what is no moment shows as it was written. */
export function timeText(seconds, style) {
  if (Math.abs(seconds) > GREATEST) return `<t:${seconds}>`;
  if (style !== "R") return format(STYLES[style]).format(seconds * 1000);
  const away = Math.round(seconds - Date.now() / 1000);
  const [, unit, size] = STEPS.find(([limit]) => Math.abs(away) < limit);
  return kept(Intl.RelativeTimeFormat, { numeric: "auto" }).format(Math.trunc(away / size), unit);
}

/** The same as an element, which the date in full explains. */
export function timeElement(seconds, style) {
  if (Math.abs(seconds) > GREATEST) return timeText(seconds, style);
  const moment = new Date(seconds * 1000);
  const given = { className: "mention time", title: timeText(seconds, "F"), dateTime: moment.toISOString() };
  return el("time", style === "R" ? { ...given, data: { relative: seconds } } : given, timeText(seconds, style));
}

/** When a message was written: the time today, else the date too. */
export function stamp(iso) {
  const moment = new Date(iso);
  const today = moment.toDateString() === new Date().toDateString();
  return el("time", { className: "stamp", dateTime: iso, title: format(STYLES.F).format(moment) },
    format(today ? STYLES.t : STYLES.s).format(moment));
}

/** The day a message was written. */
export const day = (iso) => format(STYLES.D).format(new Date(iso));

/** A moment of the database, in milliseconds, as it would be written down. */
export const moment = (milliseconds) => format(STYLES.S).format(milliseconds);

setInterval(() => {
  for (const each of document.querySelectorAll("time[data-relative]")) each.textContent = timeText(Number(each.dataset.relative), "R");
}, 20000);
