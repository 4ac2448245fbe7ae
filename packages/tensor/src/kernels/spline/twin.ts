/** The twin of local.ts, for one element. */
import type { Round } from "../../floats.ts";
import type { SplineShape } from "./local.ts";

/** The number of knots at or below x, and the order + 1 functions that need not be 0 at x, or their slopes. */
export function localFunctions(
  knots: ArrayLike<number>,
  shape: SplineShape,
  x: number,
  which: "values" | "slopes",
  round: Round,
): { readonly count: number; readonly functions: Float64Array } {
  const [{ order }, last] = [shape, knots.length - 1];
  const knot = (k: number) => knots[Math.max(0, Math.min(k, last))];
  let count = 0;
  for (let k = 0; k <= last; k++) if (x >= knots[k]) count++;
  const inside = Math.min(Math.max(x, knots[0]), knots[last]);
  const [values, shares] = [new Float64Array(order + 1), new Float64Array(order + 1)];
  values[0] = 1;
  for (let d = 1; d <= order; d++) {
    for (let r = 0; r < d; r++) {
      const width = round(knot(count + r) - knot(count + r - d));
      shares[r] = round(values[r] * (width > 0 ? round(1 / width) : 0));
    }
    if (d === order && which === "slopes") break;
    for (let r = d; r >= 0; r--) {
      const rising = r > 0 ? round(round(inside - knot(count + r - 1 - d)) * shares[r - 1]) : 0;
      values[r] = r < d ? round(rising + round(round(knot(count + r) - inside) * shares[r])) : rising;
    }
  }
  if (which === "values") return { count, functions: values };
  return { count, functions: values.map((_, r) => round(round((r > 0 ? shares[r - 1] : 0) - shares[r]) * order)) };
}
