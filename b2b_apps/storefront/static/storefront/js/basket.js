// The basket: Ctrl+Z takes the last step back, Enter sends the one-line entry of articles, chosen
// rows stay chosen when the table is drawn anew.
document.addEventListener("keydown", (event) => {
  const undo = document.querySelector("form#undo");
  if (!undo || event.code !== "KeyZ" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  const field = event.target.closest("input, textarea");
  // A field that was typed into has an undo of its own.
  if (field && field.value !== field.defaultValue) return;
  event.preventDefault();
  undo.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || !event.target.matches("[data-enter-submits]")) return;
  // A list of several rows is edited, not sent, by Enter.
  if (event.target.value.includes("\n")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

let chosen = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "basket") return;
  chosen = [...event.detail.target.querySelectorAll("[name=line]:checked")].map((box) => box.value);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "basket") return;
  for (const box of event.target.querySelectorAll("[name=line]"))
    box.checked = chosen.includes(box.value);
  event.target.querySelector("[name=line]")?.dispatchEvent(new Event("change", { bubbles: true }));
});
