// Quick order: Ctrl+Enter checks, line numbers follow the text while it is typed.
const field = () => document.querySelector("[data-paste]");

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// The numbers beside the text: those of the server keep their marks, new lines have none yet.
function number(area) {
  const marks = area.parentElement.querySelector("ol");
  const wanted = area.value ? area.value.split("\n").length : 0;
  while (marks.children.length > wanted) marks.lastElementChild.remove();
  let last = Number(marks.lastElementChild?.textContent ?? 0);
  while (marks.children.length < wanted) {
    const item = document.createElement("li");
    item.textContent = String((last += 1));
    marks.append(item);
  }
  grow(area);
}
function grow(area) {
  const least = area.closest(".paste--more") ? 4 : 14;
  area.rows = Math.min(Math.max(area.value.split("\n").length + 1, least), 400);
}
document.addEventListener("input", (event) => {
  if (event.target === field()) number(event.target);
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id === "marks" && field()) number(field());
});
if (field()) grow(field());
