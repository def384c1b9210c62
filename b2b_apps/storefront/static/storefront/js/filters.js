// The filters of the catalogue: one acts at once; what was opened and typed there outlives the answer.
const filters = (element) => element?.closest?.("form[data-filters]");
// On a narrow window the filters are a sheet with a button of their own.
const isSheet = () => location.hash === "#filters" && matchMedia("(max-width: 1100px)").matches;

document.addEventListener("change", (event) => {
  const form = filters(event.target);
  if (!form || !event.target.name) return;
  event.target.dataset.told = event.target.value;
  if (isSheet()) count(form);
  else form.requestSubmit();
});
// The sheet closes as it is answered: who used it is where he opened it.
document.addEventListener("submit", (event) => {
  if (filters(event.target) && isSheet()) document.querySelector("#filters-open")?.focus({ preventScroll: true });
});
// In the sheet no goods are shown before its button is pressed, but all figures are those of the choice.
function count(form) {
  const query = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...query]) if (!value) query.delete(name, value);
  htmx.ajax("GET", `${form.getAttribute("action")}?${query}`, {
    target: "#filters",
    select: "#filters > form",
    swap: "innerHTML",
    source: "#filters",
    // One that the next takes the place of.
  }).catch(() => {});
}
document.addEventListener("b2b:repeat", (event) => {
  const form = event.target.id === "filters" && event.target.querySelector("form[data-filters]");
  if (!form) return;
  event.preventDefault();
  count(form);
});

// Groups that a person opened stay open, on this page and when he comes back to it.
const key = () => `facets ${location.pathname}`;
const opened = () => JSON.parse(sessionStorage.getItem(key()) ?? "[]");
function unfold() {
  for (const id of opened()) document.getElementById(id)?.setAttribute("open", "");
}
document.addEventListener("click", (event) => {
  const details = event.target.closest?.(".facets summary")?.parentElement;
  if (!details?.id) return;
  const others = opened().filter((id) => id !== details.id);
  sessionStorage.setItem(key(), JSON.stringify(details.open ? others : [...others, details.id]));
});
// Finding among values also looks at those behind «more».
document.addEventListener("input", (event) => {
  const more = event.target.matches(".facet [data-find]")
    ? document.querySelector(`${event.target.dataset.find} details`)
    : null;
  if (more) more.open = true;
});

// What is being typed when an answer draws the filters anew is typed on: it was not asked for yet.
const TYPED = "form[data-filters] input:is([data-find], [inputmode])";
let typed = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, shouldSwap } = event.detail;
  if (!shouldSwap) return;
  typed = [];
  // The bars of prices draw their fields anew, and know nothing of what is being asked for.
  const isPart = !target.querySelector("form[data-filters]");
  for (const field of target.querySelectorAll(TYPED)) {
    const isHalf = field === document.activeElement && field.value !== field.dataset.told;
    if (field.value === field.defaultValue || !(isHalf || isPart || field.matches("[data-find]"))) continue;
    typed.push({ id: field.id, value: field.value, told: field.dataset.told });
    // Else the browser tells of a change as the field goes, and half a price is asked for.
    field.value = field.defaultValue;
  }
});
document.addEventListener("htmx:afterSwap", () => {
  unfold();
  for (const { id, value, told } of typed) {
    const field = document.getElementById(id);
    if (!field) continue;
    field.value = value;
    if (told !== undefined) field.dataset.told = told;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    // Of what was not typed into this very field the browser tells nothing.
    const tell = () => field.value === value && field.dispatchEvent(new Event("change", { bubbles: true }));
    if (field.name && told !== value) field.addEventListener("blur", tell, { once: true });
  }
  typed = [];
});
document.addEventListener("htmx:historyRestore", unfold);
unfold();
