// Theme, density, fold of the menu: applied at once, kept by the server in cookies.
const root = document.documentElement;

function apply(name, value) {
  root.dataset[name] = value;
  for (const button of document.querySelectorAll(`[data-appearance] [name="${name}"]`))
    if (button.hasAttribute("aria-pressed"))
      button.setAttribute("aria-pressed", String(button.value === value));
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("[data-appearance]") || !button?.name) return;
  event.preventDefault();
  const body = new FormData(form, button);
  // The fold is one button: it offers what is not there now.
  if (button.name === "side") body.set("side", root.dataset.side === "narrow" ? "wide" : "narrow");
  apply(button.name, body.get(button.name));
  fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(
    () => {}, // offline: the choice lasts until the page is left
  );
});
