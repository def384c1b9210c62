// Quantities as whole thousandths: 0,1 + 0,2 must stay 0,3. Groups by U+00A0, a comma.
const SCALE = 1000;

export function parseThousandths(text) {
  const plain = String(text ?? "").replace(/\s/g, "").replace(",", ".");
  return /^\d+(\.\d*)?$|^\.\d+$/.test(plain) ? Math.round(Number(plain) * SCALE) : null;
}
export function formatThousandths(value) {
  const whole = String(Math.trunc(value / SCALE)).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  const rest = String(value % SCALE).padStart(3, "0").replace(/0+$/, "");
  return rest ? `${whole},${rest}` : whole;
}
// The next multiple up or down; below the smallest quantity there is only nothing.
export function stepped(value, sign, multiple, minimum) {
  if (sign > 0) {
    const up = (Math.floor(value / multiple) + 1) * multiple;
    return Math.max(up, Math.ceil(minimum / multiple) * multiple);
  }
  const down = (Math.ceil(value / multiple) - 1) * multiple;
  return down < Math.max(minimum, multiple) ? 0 : down;
}
