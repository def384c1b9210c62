// The catalogue: empty fields stay out of the address, what is opened is told, rows answer.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, formData } = event.detail;
  if (!elt.matches("form[method=get]") || !elt.closest("#listing, #basket")) return;
  for (const [name, value] of [...formData.entries()]) if (!value) formData.delete(name);
});
// Which result of a search is opened first: the search is told, and nothing waits for it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-result]");
  const listing = link?.closest("[data-search]");
  if (!listing) return;
  const all = [...listing.querySelectorAll("[data-result]")];
  const told = new FormData();
  told.set("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
  told.set("query", listing.dataset.search);
  told.set("product", link.dataset.result);
  told.set("place", Number(listing.dataset.first) + all.indexOf(link));
  navigator.sendBeacon("/search/opened/", told);
});
// form[data-variants]: its button says how many cells are filled.
function countCells(form) {
  const button = form.querySelector("[data-one]");
  const num = [...form.querySelectorAll("input[name^='p-']")].filter((cell) => cell.value.trim()).length;
  if (!button) return;
  const rule = new Intl.PluralRules(document.documentElement.lang).select(num);
  const text = button.dataset[rule] ?? button.dataset.other;
  button.textContent = num ? text.replace("#", num) : button.dataset.none;
}
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-variants]");
  if (form) countCells(form);
});
for (const form of document.querySelectorAll("form[data-variants]")) countCells(form);
// A quantity came back from the server: its row shows whether it is in the basket, keeps the keyboard.
let hadFocus = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (target.matches?.(".buy")) hadFocus = target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSwap", (event) => {
  const buy = event.target.closest?.(".buy");
  const row = buy?.closest("tr, .tile");
  if (!row) return;
  if (buy.querySelector('.stepper:is([data-state="in"], [data-state="bad"])')) row.dataset.state = "in";
  else if (row.dataset.state === "in") delete row.dataset.state;
  if (hadFocus) buy.querySelector(".stepper input")?.focus();
});
// A list of goods that is shorter than the filters beside it goes along with them: how high it is,
// the style sheet has to be told.
const measure = new ResizeObserver((entries) => {
  for (const { target } of entries) target.style.setProperty("--h", `${target.offsetHeight}px`);
});
function follow() {
  const goods = document.querySelector("#listing .with-facets > section");
  if (goods) measure.observe(goods);
}
document.addEventListener("htmx:afterSwap", follow);
document.addEventListener("htmx:historyRestore", follow);
follow();
