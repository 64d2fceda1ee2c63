// The two sides of the page. Where there is no room beside the messages they lie over them: a drawer and a sheet.

import { $ } from "./dom.js";

const narrow = matchMedia("(max-width: 760px)");
const medium = matchMedia("(max-width: 1100px)");
const sides = [
  { side: $("places"), opener: $("open-places"), over: narrow, open: false },
  { side: $("rows"), opener: $("open-rows"), over: medium, open: false },
];
let rowsWanted = true;

/** Wire the sides up. */
export function start() {
  for (const each of sides) {
    each.opener.addEventListener("click", () => toggle(each));
    each.over.addEventListener("change", arrange);
  }
  $("close-rows").addEventListener("click", () => toggle(sides[1]));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  $("main").addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#open-places, #open-rows")) close();
  });
  arrange();
}

/** A channel was chosen: the drawer has done its work. */
export function closePlaces() {
  const [drawer] = sides;
  if (drawer.over.matches && drawer.open) toggle(drawer);
}

function close() {
  for (const each of sides) if (each.over.matches && each.open) toggle(each);
}

function toggle(each) {
  const [drawer, rows] = sides;
  if (each === rows && !rows.over.matches) rowsWanted = !rowsWanted;
  else each.open = !each.open;
  if (each.open && each.over.matches) for (const other of sides) if (other !== each && other.over.matches) other.open = false;
  arrange();
  const shows = each === rows && !rows.over.matches ? rowsWanted : each.open;
  if (shows && each.over.matches) (each === drawer ? each.side.querySelector("[tabindex='0']") : $("close-rows"))?.focus();
  else if (!shows && (each.side.contains(document.activeElement) || document.activeElement === document.body)) each.opener.focus();
}

function arrange() {
  for (const each of sides) {
    const shows = each.over.matches ? each.open : each.side.id === "places" || rowsWanted;
    each.side.classList.toggle("shows", shows);
    each.side.inert = !shows;
    each.opener.setAttribute("aria-expanded", String(shows));
  }
  document.body.classList.toggle("with-rows", sides[1].side.classList.contains("shows"));
  document.body.classList.toggle("covered", sides.some((each) => each.over.matches && each.open));
}
