// [data-print] prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
// A page made for paper (?print=1) opens the dialog itself.
if (new URLSearchParams(location.search).get("print") === "1")
  window.addEventListener("load", () => window.print());
