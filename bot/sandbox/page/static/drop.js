// A file dropped on the page, or chosen: it is handed to the importer, which says what became of it.

import { $, toast } from "./dom.js";

/** Let files be dropped anywhere, or chosen in the panel. */
export function start() {
  $("file").addEventListener("change", (event) => {
    send(event.target.files[0]);
    event.target.value = "";
  });
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  let inside = 0;
  const veil = (by) => { inside += by; $("drop").hidden = inside <= 0; };
  addEventListener("dragenter", (event) => { if (carries(event)) { event.preventDefault(); veil(1); } });
  addEventListener("dragleave", (event) => { if (carries(event)) veil(-1); });
  addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    inside = 0;
    $("drop").hidden = true;
    send(event.dataTransfer.files[0]);
  });
}

/** Hand one file over. */
async function send(file) {
  if (!file) return;
  toast(`Reading ${file.name} …`, "good");
  try {
    const answer = await fetch(`/file?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
    const { said, error } = await answer.json();
    if (error) toast(error);
    else toast(said, "good");
  } catch {
    toast("The file could not be handed over. Try again.");
  }
}
