// details.pop: one open at a time, Escape and a click outside close it.
const opened = () => [...document.querySelectorAll("details.pop[open]")];

document.addEventListener("click", (event) => {
  for (const pop of opened()) if (!pop.contains(event.target)) pop.open = false;
});
document.addEventListener(
  "toggle",
  (event) => {
    const pop = event.target;
    if (!(pop instanceof Element) || !pop.matches("details.pop") || !pop.open) return;
    for (const other of opened()) if (other !== pop && !other.contains(pop)) other.open = false;
    pop.querySelector("[data-find]")?.focus();
  },
  true,
);
document.addEventListener("keydown", (event) => {
  const pop = opened().at(-1);
  if (!pop) return;
  if (event.key === "Escape") {
    pop.open = false;
    pop.querySelector("summary").focus();
    event.preventDefault();
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && pop.contains(event.target)) {
    const items = [...pop.querySelectorAll(".pop__panel :is(a, button):not(:disabled)")];
    const shown = items.filter((item) => item.offsetParent !== null);
    const at = shown.indexOf(document.activeElement);
    const next = shown[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) next.focus();
    else if (event.key === "ArrowUp") pop.querySelector("[data-find]")?.focus();
    event.preventDefault();
  }
});
