// While a mouse button or a finger is down the page keeps still: a click on what was replaced meanwhile would be lost.

let down = false;
let later = 0;
const held = [];

/** Do something at once, or as soon as nothing is pressed any more; all in the order in which it was asked for. */
export function onceReleased(work) {
  if (down) held.push(work);
  else work();
}

function release() {
  down = false;
  for (const work of held.splice(0)) queueMicrotask(work);
}

addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  clearTimeout(later);
  down = true;
}, true);
// The click follows what ends the press, and comes before anything that waits for its turn.
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { later = setTimeout(release); }, true);
// An end that the page is not told of: on a scroll bar, in a menu of the system's, in another window.
addEventListener("pointermove", (event) => { if (down && !event.buttons) release(); }, true);
addEventListener("blur", release);
