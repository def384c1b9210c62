// The basket: Ctrl+Z puts back what was deleted, Enter sends the one-line entry of articles.
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
  event.preventDefault();
  event.target.form.requestSubmit();
});
