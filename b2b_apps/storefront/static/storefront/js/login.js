// A demo account fills the form by a click on its row; its own button signs in without scripts.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-account]");
  if (!row || event.target.closest("button, a")) return;
  const form = document.querySelector("[data-login-form]");
  form.querySelector("[autocomplete=username]").value = row.dataset.account;
  form.querySelector("[type=password]").value = row.dataset.password;
  for (const other of document.querySelectorAll("[data-account]"))
    other.toggleAttribute("aria-selected", false);
  row.setAttribute("aria-selected", "true");
  form.querySelector("[type=submit]").focus();
});
