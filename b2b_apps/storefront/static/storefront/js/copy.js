// [data-copy="#id"] copies the text of a field; the clipboard of insecure pages needs the old way.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const field = button && document.querySelector(button.dataset.copy);
  if (!field) return;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.hidden = false;
    field.select();
    document.execCommand("copy");
    field.hidden = true;
    button.focus();
  }
  button.setAttribute("aria-pressed", "true");
});
