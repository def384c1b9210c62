// Results of actions. The server renders .toast into #toasts; failures come from templates.
const GOOD_FOR_MS = 8000;
const place = () => document.querySelector("#toasts");

// Only good news leaves by itself, and not while it is being read or reached for.
function expire(toast) {
  if (!toast.matches(".toast--ok, .toast--info")) return;
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000);
    else toast.remove();
  };
  setTimeout(leave, GOOD_FOR_MS);
}
export function showTemplate(id) {
  const template = document.getElementById(id);
  if (!template || !place()) return null;
  const toast = template.content.firstElementChild.cloneNode(true);
  place().querySelector(`[data-from="${id}"]`)?.remove();
  toast.dataset.from = id;
  place().append(toast);
  return toast;
}

document.addEventListener("click", (event) => {
  if (event.target.closest(".toast .x")) event.target.closest(".toast").remove();
});
if (place()) {
  for (const toast of place().children) expire(toast);
  new MutationObserver((records) => {
    for (const record of records)
      for (const node of record.addedNodes) if (node instanceof Element) expire(node);
  }).observe(place(), { childList: true });
}
