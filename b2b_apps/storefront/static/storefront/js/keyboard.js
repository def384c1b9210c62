// Keys of a page: / search, F filters, ? keys. By place on the keyboard, so that any layout works.
import { isDialogOpen, isPlain, isTyping } from "./typing.js";

function search() {
  const field = document.querySelector("#q");
  if (!field) return false;
  if (field.offsetParent === null) location.hash = "q"; // the phone shows it by :target
  field.focus();
  field.select();
  return true;
}
function filters() {
  const panel = document.querySelector("#filters");
  if (!panel) return false;
  if (panel.offsetParent === null) location.hash = "filters";
  const shown = (selector) =>
    [...panel.querySelectorAll(selector)].find((control) => control.checkVisibility());
  const first = shown("input:not([type=hidden], :disabled)") ?? shown("a, button, summary");
  first?.focus();
  return Boolean(first);
}
function keys() {
  const button = document.querySelector("[data-help]");
  button?.click();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || isTyping(event.target) || isDialogOpen()) return;
  let done = false;
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) done = keys();
  else if (event.key === "/" || event.code === "Slash") done = search();
  else if (event.code === "KeyF" && !event.shiftKey) done = filters();
  if (done) event.preventDefault();
});
// Escape leaves what :target has opened.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && ["#q", "#filters", "#more", "#areas"].includes(location.hash))
    location.hash = "main";
});
window.addEventListener("hashchange", () => {
  if (location.hash === "#q") document.querySelector("#q")?.focus();
});
