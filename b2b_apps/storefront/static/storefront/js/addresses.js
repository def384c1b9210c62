// Addresses under a field with data-addresses as somebody types: a combobox of ARIA. Where none are
// suggested the server answers 204, and it is not asked again.
const PAUSE = 250;
const SHORTEST = 3;
let timer, asked, field, list;

const options = () => (list ? [...list.querySelectorAll("[role=option]")] : []);
const active = () => list?.querySelector("[aria-selected=true]");

function close() {
  clearTimeout(timer);
  asked?.abort();
  list?.remove();
  list = undefined;
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
}
function mark(option) {
  active()?.setAttribute("aria-selected", "false");
  field.removeAttribute("aria-activedescendant");
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}
function take(option) {
  const into = field;
  into.value = option.textContent;
  close();
  into.dispatchEvent(new Event("change", { bubbles: true }));
}
function show(html) {
  list?.remove();
  list = document.createElement("ul");
  list.className = "addresses";
  list.id = "addresses";
  list.setAttribute("role", "listbox");
  list.innerHTML = html;
  if (!options().length) return close();
  field.after(list);
  list.style.insetBlockStart = `${field.offsetTop + field.offsetHeight}px`;
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-controls", "addresses");
}
async function ask(text) {
  asked?.abort();
  asked = new AbortController();
  try {
    const url = `${field.dataset.addresses}?q=${encodeURIComponent(text)}`;
    const answer = await fetch(url, { signal: asked.signal });
    if (answer.status === 204) return document.documentElement.setAttribute("data-no-addresses", "");
    const html = answer.ok && !answer.redirected ? await answer.text() : "";
    if (document.activeElement === field && field.value === text) show(html);
  } catch {
    // The plain field stays.
  }
}
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-addresses]")) return;
  if (document.documentElement.hasAttribute("data-no-addresses")) return;
  close();
  field = event.target;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  const text = field.value;
  if (text.trim().length >= SHORTEST) timer = setTimeout(() => ask(text), PAUSE);
});
document.addEventListener("keydown", (event) => {
  if (event.target !== field || !list) return;
  const all = options();
  const at = all.indexOf(active());
  if (event.key === "ArrowDown") mark(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") mark(all[at <= 0 ? all.length - 1 : at - 1]);
  else if (event.key === "Enter" && active()) take(active());
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
});
// Before the field loses its focus.
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".addresses [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option);
});
document.addEventListener("focusout", (event) => {
  if (event.target === field) close();
});
