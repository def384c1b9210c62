// Lists: a find field narrows what is on the page, a bulk bar counts what is chosen.
const plain = (text) => text.toLowerCase().replaceAll("ё", "е").replace(/\s+/g, " ").trim();

// input[data-find="#list"] hides the children of the list, or its [data-find-item], whose text
// (data-find-text, else what is shown) has not all words; a [data-find-group] goes when it is empty.
function narrow(field) {
  const list = document.querySelector(field.dataset.find);
  if (!list) return;
  const words = plain(field.value).split(" ").filter(Boolean);
  const marked = [...list.querySelectorAll("[data-find-item]")];
  const items = marked.length ? marked : [...list.children];
  for (const item of items) {
    const text = plain(item.dataset.findText ?? item.textContent);
    item.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of list.querySelectorAll("[data-find-group]"))
    group.hidden = !group.querySelector("[data-find-item]:not([hidden])");
  const none = field.dataset.findNone && document.querySelector(field.dataset.findNone);
  if (none) none.hidden = items.some((item) => !item.hidden);
}
// [data-select] holds row checkboxes, [data-select-all] and [data-bulk] with [data-bulk-n].
function count(root) {
  const boxes = [...root.querySelectorAll("tbody input[type=checkbox], [data-row] input[type=checkbox]")];
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) {
    const row = box.closest("tr, [data-row]");
    if (box.checked) row?.setAttribute("aria-selected", "true");
    else row?.removeAttribute("aria-selected");
  }
  const all = root.querySelector("[data-select-all]");
  if (all) {
    all.checked = boxes.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
  const bar = root.querySelector("[data-bulk]") ?? document.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  const figure = bar.querySelector("[data-bulk-n]");
  if (figure) figure.textContent = chosen.length;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-find]")) narrow(event.target);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-find]")) {
    event.preventDefault();
    const list = document.querySelector(event.target.dataset.find);
    [...(list?.querySelectorAll("button, a") ?? [])].find((item) => item.offsetParent)?.click();
  }
});
document.addEventListener("change", (event) => {
  const root = event.target.closest("[data-select]");
  if (root && event.target.matches("[data-select-all]"))
    for (const box of root.querySelectorAll("tbody input[type=checkbox]:not(:disabled)"))
      box.checked = event.target.checked;
  if (root) count(root);
  // A choice that goes at once: the page size, the sorting.
  if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-select-none]")) return;
  const root = event.target.closest("[data-select]") ?? document.querySelector("[data-select]");
  for (const box of root.querySelectorAll("input[type=checkbox]:checked")) box.checked = false;
  count(root);
});
for (const root of document.querySelectorAll("[data-select]")) count(root);
for (const box of document.querySelectorAll("[data-mixed]")) box.indeterminate = true;
