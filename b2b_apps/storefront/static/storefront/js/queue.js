// Keys of a staff queue: J K rows, X select, [ fold, and a letter named by data-key.
import { isDialogOpen, isPlain, isTyping } from "./typing.js";

function move(by) {
  const rows = [...document.querySelectorAll("[data-queue] [data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  rows[at]?.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  next.querySelector("a")?.focus();
  next.scrollIntoView({ block: "nearest" });
}
const acts = {
  KeyJ: () => move(1),
  KeyK: () => move(-1),
  KeyX: () => document.querySelector("[data-row][aria-current] input[type=checkbox]")?.click(),
  BracketLeft: () => document.querySelector("[data-side-switch]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || isTyping(event.target) || isDialogOpen()) return;
  const act = acts[event.code];
  if (act) act();
  const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
  const named = letter && document.querySelector(`[data-key="${letter}"]`);
  if (named) named.focus();
  if (act || named) event.preventDefault();
});
// A destructive button stays shut until the figure is typed again.
document.addEventListener("input", (event) => {
  const word = event.target.dataset.retype;
  const button = word && document.getElementById(event.target.getAttribute("aria-controls"));
  if (button) button.disabled = event.target.value.replace(/\s/g, "") !== word;
});
