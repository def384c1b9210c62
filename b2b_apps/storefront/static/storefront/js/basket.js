// The basket: Ctrl+Z takes the last step back, Enter sends the one-line entry of articles, chosen
// rows stay chosen when the table is drawn anew.
const ofQuantity = (element) => element?.matches?.(".cell[id^=q-]");
// Steps since the page was loaded, the last one last: a quantity as it was, null for what the server
// keeps (lines deleted, added, carried over, prices accepted).
const steps = [];
const before = new WeakMap();
let undoing = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  const cell = event.detail.elt;
  if (ofQuantity(cell)) before.set(cell, cell.dataset.was ?? cell.defaultValue);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, successful } = event.detail;
  const by = requestConfig?.elt;
  // By a key or by the button of a message: what the server kept last is taken back.
  if (by?.id === "undo") {
    const at = steps.lastIndexOf(null);
    if (at >= 0) steps.splice(at, 1);
    return;
  }
  if (ofQuantity(by) && by.id === undoing) {
    undoing = null;
    return;
  }
  if (!successful || requestConfig?.verb !== "post" || !document.querySelector("form#undo")) return;
  if (ofQuantity(by) && document.getElementById(by.id)) steps.push({ id: by.id, value: before.get(by) });
  else if (ofQuantity(by) || by?.name === "accept" || event.detail.target?.id === "basket") steps.push(null);
});
// The cell of the last quantity that was changed here, with what it was; nothing if it was not the
// last step. Of a line that is not on the page any more nothing is taken back.
function lastQuantity() {
  while (steps.at(-1)) {
    const step = steps.pop();
    const cell = document.getElementById(step.id);
    if (cell) return [cell, step.value];
  }
  return null;
}
document.addEventListener("keydown", (event) => {
  const undo = document.querySelector("form#undo");
  if (!undo || event.code !== "KeyZ" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  const field = event.target.closest("input, textarea");
  // A field that was typed into has an undo of its own.
  if (field && field.value !== field.defaultValue) return;
  event.preventDefault();
  const last = lastQuantity();
  if (!last) return undo.requestSubmit();
  const [cell, value] = last;
  undoing = cell.id;
  cell.value = value;
  cell.dispatchEvent(new Event("change", { bubbles: true }));
  cell.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || !event.target.matches("[data-enter-submits]")) return;
  // A list of several rows is edited, not sent, by Enter.
  if (event.target.value.includes("\n")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// A column of quantities from a table editor: one goes into each cell from this one down, all are
// kept at once; what is no quantity comes back named.
document.addEventListener("paste", (event) => {
  const cell = event.target.closest?.(".lines .cell");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const values = text.replace(/\r?\n$/, "").split(/\r?\n/).map((row) => row.split("\t")[0].trim());
  if (!cell || values.length < 2) return;
  event.preventDefault();
  const cells = [...document.querySelectorAll(".lines .cell")];
  cells.slice(cells.indexOf(cell)).slice(0, values.length).forEach((found, place) => {
    if (values[place] !== "") found.value = values[place];
  });
  cell.form.requestSubmit();
});
// Esc in a quantity: what was there before.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.matches(".lines .cell")) return;
  event.target.value = event.target.defaultValue;
  event.target.select();
});
// What there is to say of a line opens under it, and closes.
const moreOf = (row) => document.querySelector(`[data-more-of="${row?.id}"]`);
document.addEventListener("htmx:confirm", (event) => {
  const more = event.target.matches?.("[data-more]") && moreOf(event.target.closest("tr"));
  if (!more) return;
  event.preventDefault();
  more.remove();
});
function closeMore(more) {
  document.querySelector(`#${more.dataset.moreOf} .cell`)?.focus();
  more.remove();
}
document.addEventListener("click", (event) => {
  const more = event.target.closest("[data-more-close]")?.closest("[data-more-of]");
  if (more) closeMore(more);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const row = event.target.closest?.("[data-more-of], tr");
  const more = row?.matches("[data-more-of]") ? row : row && moreOf(row);
  if (more) closeMore(more);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.target.matches?.("tr[id^=l]") || !event.detail.requestConfig?.elt?.matches(".line-panel")) return;
  const more = moreOf(event.target);
  if (more) closeMore(more);
});

// The whole of it, or the lines that were found.
const ofLines = (element) => element.matches?.("#basket, #found");
let chosen = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!ofLines(event.detail.target)) return;
  chosen = [...event.detail.target.querySelectorAll("[name=line]:checked")].map((box) => box.value);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (!ofLines(event.target)) return;
  for (const box of event.target.querySelectorAll("[name=line]"))
    box.checked = chosen.includes(box.value);
  document.querySelector("#basket [data-select]")?.dispatchEvent(new Event("change", { bubbles: true }));
});
