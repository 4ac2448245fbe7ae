/** Results as the page writes them: the same as in figures.py. */
import { Tensor, Variable } from "polygrad";

/** A value as text, its numbers with that many significant digits. */
export function textOf(value: unknown, digits = 6): string {
  if (typeof value === "number") return numberText(value, digits);
  if (value instanceof Variable) return textOf(value.value, digits);
  if (value instanceof Tensor) return textOf(value.toArray(), digits);
  if (value instanceof Int32Array) return textOf(value.length === 1 ? value[0] : [...value]);
  if (Array.isArray(value)) return `[${value.map((part) => textOf(part, digits)).join(", ")}]`;
  return String(value);
}

function numberText(value: number, digits: number): string {
  if (!Number.isFinite(value) || Number.isSafeInteger(value)) return `${value}`;
  const [mantissa, exponent] = value
    .toExponential(digits - 1)
    .split("e")
    .map(Number);
  return exponent > -5 && exponent < 6 ? `${Number(value.toPrecision(digits))}` : `${mantissa}e${exponent}`;
}

/** What a function gives, or the name of its error. */
export function resultOf(compute: () => unknown): string {
  try {
    return textOf(compute());
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/**
 * The numbers of a value, as figures.py writes those that PyTorch's code gives; undefined if it has none. Positions are
 * a flat list.
 */
export function numbersOf(value: unknown): string | undefined {
  if (typeof value === "boolean") return numbersOf(Number(value));
  const isNumeric = typeof value === "number" || value instanceof Tensor || value instanceof Variable;
  return isNumeric || value instanceof Int32Array || Array.isArray(value) ? textOf(value, 5) : undefined;
}
