// <dialog>: data-dialog="id" opens, data-close closes; hx-confirm and data-confirm ask in #confirm.
const dialog = document.querySelector("#confirm");
let onYes = null;

function ask(question, yes) {
  onYes = yes;
  dialog.querySelector("[data-question]").textContent = question;
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.closest("#confirm [data-yes]")) {
    const yes = onYes;
    dialog.close();
    yes?.();
  }
});
// One capture listener keeps the plain form and htmx from sending before the answer.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!dialog || !question || form.dataset.confirmed === "yes") {
      delete form.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    ask(question, () => {
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter);
    });
  },
  true,
);
document.addEventListener("htmx:confirm", (event) => {
  if (!dialog || !event.detail.question) return;
  event.preventDefault();
  ask(event.detail.question, () => event.detail.issueRequest(true));
});
