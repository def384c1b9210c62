// The checkout: the contract switch of the header sends the form along, so that nothing typed is lost.
document.addEventListener("submit", (event) => {
  const form = document.querySelector("form#checkout");
  if (!form || !event.target.matches("[action$='/switch/contract/']")) return;
  const choice = form.querySelector(`[name=contract][value="${CSS.escape(event.submitter?.value ?? "")}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  form.requestSubmit();
});
