/**
 * The text of a JavaScript function of x: a polynomial with these coefficients, the constant first. Every product and
 * every sum is rounded to float32, and Horner's rule gives their order: c0 + x (c1 + x (c2 + ...)).
 */
export function source(coefficients: readonly number[]): string {
  const terms = coefficients.map((c, k) => `${c} * x ** ${k}`);
  return `(x) => Math.fround(${terms.join(" + ")})`;
}
