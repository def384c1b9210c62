// The server puts .suggest into the search form; here it opens and closes, and arrows choose in it
// while the cursor stays in the field (a combobox of ARIA).
const form = document.querySelector(".search");
const field = form?.querySelector("#q");
const SHORTEST = 2;
const options = () => [...form.querySelectorAll(".suggest [role=option]")];
const active = () => form.querySelector("[data-active]");

function toggle(isOpen) {
  const has = form.querySelector(".suggest") !== null;
  if (isOpen && has) form.dataset.open = "";
  else delete form.dataset.open;
  if (!("open" in form.dataset)) choose(null);
  field.setAttribute("aria-expanded", String("open" in form.dataset));
}
function choose(option) {
  const before = active();
  if (before) {
    delete before.dataset.active;
    before.setAttribute("aria-selected", "false");
  }
  field.removeAttribute("aria-activedescendant");
  if (!option) return;
  option.dataset.active = "";
  option.setAttribute("aria-selected", "true");
  if (option.id) field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}
// Past the last comes the field itself, then the first.
function move(by) {
  const all = options();
  const at = all.indexOf(active());
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
  choose(all[next] ?? null);
}

if (form && field) {
  const isShort = () => field.value.trim().length < SHORTEST;
  const clear = () => {
    form.querySelector("#suggest-place")?.replaceChildren();
    toggle(false);
  };
  document.addEventListener("focusin", (event) => toggle(form.contains(event.target)));
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) toggle(false);
  });
  field.addEventListener("input", () => {
    choose(null);
    if (isShort()) clear();
  });
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target === field && isShort()) event.preventDefault();
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (isShort()) event.detail.shouldSwap = false;
  });
  form.addEventListener("htmx:afterSwap", () => toggle(form.contains(document.activeElement)));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && "open" in form.dataset) {
      field.focus();
      toggle(false);
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options().length) return;
      toggle(true);
      move(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Enter" && active()) {
      active().querySelector(event.ctrlKey ? "[data-buy]" : "a")?.click();
      event.preventDefault();
    }
  });
}
