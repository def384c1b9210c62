// − and + move by the pack multiple: .stepper[data-multiple][data-minimum] > button, input, button,
// and by keys in a .cell[data-multiple][data-minimum] of a table.
import { formatThousandths, parseThousandths, stepped } from "./numbers.js";

const asked = (holder, name, otherwise) => parseThousandths(holder.dataset[name]) || otherwise;

// The holder is a .stepper, or a field that says its own multiple; data-least keeps it from emptying.
export function step(holder, sign) {
  const input = holder.matches("input") ? holder : holder.querySelector("input");
  if (!input || input.disabled || input.readOnly) return;
  const now = parseThousandths(input.value);
  // «24 шт» is read by the server: a step from it would be one from nothing.
  if (now === null && input.value.trim()) {
    input.focus();
    return;
  }
  const multiple = asked(holder, "multiple", 1000);
  const next = stepped(
    now ?? 0,
    sign,
    multiple,
    asked(holder, "minimum", multiple),
  );
  if (!next && "least" in holder.dataset) return;
  input.value = next ? formatThousandths(next) : "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function refresh(stepper) {
  const input = stepper.querySelector("input");
  const less = stepper.querySelector(".stepper__btn");
  if (less && !input.disabled) less.disabled = !input.value;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".stepper__btn");
  if (!button) return;
  const stepper = button.closest(".stepper");
  step(stepper, button === stepper.querySelector(".stepper__btn") ? -1 : 1);
  // The button of an emptied field is shut: keep the keyboard in the row.
  if (button.disabled) stepper.querySelector("input").focus();
});
document.addEventListener("input", (event) => {
  const stepper = event.target.closest(".stepper");
  if (stepper) refresh(stepper);
});
