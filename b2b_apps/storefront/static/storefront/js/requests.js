// htmx: busy marks while it waits, a toast with a way to repeat when it fails.
import { showTemplate } from "./toasts.js";

const busyOf = (element) => element.querySelector?.("[type=submit]") ?? element;

document.addEventListener("htmx:beforeRequest", (event) => {
  busyOf(event.detail.elt).setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  busyOf(event.detail.elt).removeAttribute("aria-busy");
});
// A session has ended: the answer is the sign-in page, and it needs the whole window.
document.addEventListener("htmx:beforeSwap", (event) => {
  const login = document.body.dataset.login;
  const came = event.detail.xhr?.responseURL;
  if (!login || !came || location.pathname === login) return;
  if (new URL(came, location.href).pathname !== login) return;
  event.detail.shouldSwap = false;
  location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

function failed(event, template) {
  const { elt, requestConfig } = event.detail;
  const toast = showTemplate(template);
  toast?.querySelector("[data-repeat]")?.addEventListener("click", () => {
    toast.remove();
    if (!document.contains(elt)) location.reload();
    else if (!elt.dispatchEvent(new CustomEvent("b2b:repeat", { bubbles: true, cancelable: true }))) return;
    else if (elt.matches("form")) elt.requestSubmit();
    else htmx.trigger(elt, requestConfig?.triggeringEvent?.type ?? "click");
  });
}
document.addEventListener("htmx:sendError", (event) => failed(event, "toast-offline"));
document.addEventListener("htmx:timeout", (event) => failed(event, "toast-offline"));
document.addEventListener("htmx:responseError", (event) =>
  failed(event, event.detail.xhr.status >= 500 ? "toast-broken" : "toast-refused"),
);
