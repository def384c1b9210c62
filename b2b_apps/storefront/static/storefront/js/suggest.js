// The server puts .suggest into the search form; here it opens, closes and moves by arrows.
const form = document.querySelector(".search");
const field = form?.querySelector("#q");
const links = () => [...form.querySelectorAll(".suggest li a")];

function toggle(isOpen) {
  const has = form.querySelector(".suggest, .dk-find") !== null;
  if (isOpen && has) form.dataset.open = "";
  else delete form.dataset.open;
  field.setAttribute("aria-expanded", String("open" in form.dataset));
}
function move(by) {
  const all = links();
  const next = all[all.indexOf(document.activeElement) + by];
  if (next) next.focus();
  else if (by < 0) field.focus();
}

if (form && field) {
  document.addEventListener("focusin", (event) => toggle(form.contains(event.target)));
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) toggle(false);
  });
  form.addEventListener("htmx:afterSwap", () => toggle(form.contains(document.activeElement)));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && "open" in form.dataset) {
      field.focus();
      toggle(false);
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!links().length) return;
      toggle(true);
      move(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Enter" && event.ctrlKey && event.target !== field) {
      const buy = event.target.closest("li")?.querySelector("[data-buy]");
      if (!buy) return;
      buy.click();
      event.preventDefault();
    } else if (event.target !== field && (event.key.length === 1 || event.key === "Backspace")) {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " ") field.focus();
    }
  });
}
