/** Numbers as people write them in papers. */

const MINUS = "\u2212";

const signed = (text: string): string => text.replace(/^-/, MINUS);

/** A number with four significant digits at most, and thousands separated: "63,560", "0.1628", "1.2e-5". */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return signed(value.toLocaleString("en"));
  if (size < 1e-3 || size >= 1e7) return signed(value.toExponential(1).replace("e-", `e${MINUS}`).replace("e+", "e"));
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(size)));
  return signed(value.toLocaleString("en", { maximumFractionDigits: Math.min(decimals, 4) }));
}

/** A share as a percentage: "95.61 %". */
export function percent(share: number, decimals = 2): string {
  return signed(`${(100 * share).toFixed(decimals)} %`);
}

/** A number on an axis: "20k", "1.5M", "0.25". */
export function tick(value: number): string {
  const size = Math.abs(value);
  const [divisor, unit] = size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  if (size !== 0 && (size < 1e-3 || size >= 1e9))
    return signed(value.toExponential(0).replace("e-", `e${MINUS}`).replace("e+", "e"));
  return signed(`${Number((value / divisor).toPrecision(6))}${unit}`);
}

/** Shares on an axis, with as many decimals as their steps need. */
export function percentTick(value: number): string {
  return signed(`${Number((100 * value).toFixed(4))} %`);
}

/** Places for ticks on a logarithmic axis: 1, 2 and 5 times powers of ten, or powers of ten alone if that is enough. */
export function logTicks(least: number, greatest: number): number[] {
  const powers: number[] = [];
  for (let k = Math.floor(Math.log10(least)); k <= Math.ceil(Math.log10(greatest)); k++) powers.push(k);
  const steps = powers.length > 4 ? [1] : [1, 2, 5];
  return powers
    .flatMap((k) => steps.map((step) => Number(`${step}e${k}`)))
    .filter((value) => value >= least * (1 - 1e-9) && value <= greatest * (1 + 1e-9));
}

/** Some of a list in words: "a, b and c". */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
