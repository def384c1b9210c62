// Rows and cells by keys. A table says data-rows; the row in hand carries data-focus.
// In a row: .stepper or input.cell (quantity), a checkbox, a button with data-remove.
import { isDialogOpen, isPlain, isTyping } from "./typing.js";
import { step } from "./stepper.js";

const QUANTITY = ".cell, .stepper input";
const ENTRY = `:is(${QUANTITY}):not(:disabled), .buy button, .c-name a, th a, a`;
const SIGNS = { "+": 1, "=": 1, "-": -1, "\u2212": -1 };

const currentRow = () => document.querySelector("[data-rows] tr[data-focus]");
const isShown = (row) => row.offsetParent !== null;

export function rowsOf(table) {
  return [...table.querySelectorAll("tbody tr")].filter((row) => isShown(row) && entryOf(row));
}
export function entryOf(row) {
  return row.querySelector(`:is(${QUANTITY}):not(:disabled)`) ?? row.querySelector(ENTRY);
}
function enter(row) {
  const entry = entryOf(row);
  entry.focus();
  if (entry.matches("input")) entry.select();
  row.scrollIntoView({ block: "nearest" });
}
function move(table, by) {
  const rows = rowsOf(table);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.hasAttribute("data-focus"));
  const next = at < 0 ? rows[by > 0 ? 0 : rows.length - 1] : rows[at + by];
  if (next) enter(next);
  return Boolean(next);
}
// The whole value is selected (or the field is empty): keys mean the row, not the digits.
function isWhole(target) {
  return !isTyping(target) || (target.selectionStart === 0 && target.selectionEnd === target.value.length);
}
function isOfRows(target) {
  return !isTyping(target) || target.matches(QUANTITY);
}
const acts = {
  sign(row, event) {
    const cell = event.target.closest(".cell") ?? row.querySelector(".stepper, .cell");
    if (!cell?.matches(".stepper, [data-multiple]")) return false;
    step(cell, SIGNS[event.key]);
    return true;
  },
  " "(row, event) {
    const box = row.querySelector("input[type=checkbox]:not(:disabled)");
    if (!isWhole(event.target)) return false; // "1 200" is being typed
    if (!box || event.target === box || event.target.closest("button, summary")) return false;
    box.click();
    return true;
  },
  Delete(row, event) {
    const button = row.querySelector("[data-remove]");
    if (!button || !isWhole(event.target)) return false;
    const table = row.closest("[data-rows]");
    const rows = rowsOf(table);
    const neighbour = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    button.click();
    if (neighbour) enter(neighbour);
    return true;
  },
  // The bar of what is done with the chosen rows stands above the first of them.
  a(row) {
    const button = document.querySelector("[data-bulk]:not([hidden]) :is(button, summary)");
    button?.focus();
    return Boolean(button);
  },
  Enter(row, event) {
    if (!event.target.matches(".cell")) return false; // a stepper's form submits itself
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
    move(row.closest("[data-rows]"), 1);
    return true;
  },
};

document.addEventListener("keydown", (event) => {
  const row = event.key === "Escape" && event.target.closest("[data-bulk]") && currentRow();
  if (row && !event.defaultPrevented && !isDialogOpen()) enter(row);
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-rows] tbody tr");
  const was = currentRow();
  if (!row || row === was) return;
  was?.removeAttribute("data-focus");
  row.setAttribute("data-focus", "");
});
document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || isDialogOpen() || !isOfRows(event.target)) return;
  if (event.target.closest(".search, .pop[open], .facets")) return;
  const row = event.target.closest("[data-rows] tbody tr") ?? currentRow();
  const table = row?.closest("[data-rows]") ?? document.querySelector("[data-rows]");
  if (!table) return;
  let done = false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp")
    done = move(table, event.key === "ArrowDown" ? 1 : -1);
  else if (row) {
    // A letter by its place on the keyboard, so that any layout works.
    const act = event.key in SIGNS ? acts.sign : acts[event.code === "KeyA" ? "a" : event.key];
    done = act ? act(row, event) : false;
  }
  if (done) event.preventDefault();
});
