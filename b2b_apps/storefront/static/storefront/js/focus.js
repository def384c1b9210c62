// The keyboard stays where it was when htmx draws a part of the page anew. htmx itself finds only
// what has an id; what has none is found by what it says, else the row in hand is taken up again,
// else what stands in its place.
import { entryOf, rowsOf } from "./rows.js";

const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
let left = null;

const rows = (root) => [...root.querySelectorAll("[data-rows]")].flatMap(rowsOf);

const controls = (root) =>
  [...root.querySelectorAll(CONTROLS)].filter((control) => !control.disabled && control.checkVisibility());
const isValued = (control) => control.matches("button, [type=radio], [type=checkbox]");
const signature = (control) =>
  [
    control.tagName,
    control.name,
    isValued(control) && control.value,
    control.getAttribute("aria-label") ?? control.textContent.trim(),
  ].join("|");

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  const at = document.activeElement;
  left = null;
  if (!event.detail.shouldSwap || !target?.id || !target.contains(at)) return;
  left = {
    root: target.id,
    said: signature(at),
    place: controls(target).indexOf(at),
    row: rows(target).findIndex((row) => row.hasAttribute("data-focus")),
  };
});
document.addEventListener("htmx:afterSettle", () => {
  if (!left) return;
  const { root, said, place, row } = left;
  const at = document.activeElement;
  left = null;
  if (at && at !== document.body) return;
  const drawn = document.getElementById(root);
  if (!drawn) return;
  const found = controls(drawn);
  const next =
    found.find((control) => signature(control) === said) ??
    (row < 0 ? null : rows(drawn).slice(0, row + 1).map(entryOf).at(-1)) ??
    found[Math.min(place, found.length - 1)];
  next?.focus({ preventScroll: true });
});
