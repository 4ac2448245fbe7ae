/**
 * The text of a JavaScript function of x: a polynomial with these coefficients, the constant first. Every product and
 * every sum is rounded to float32, and Horner's rule gives their order: c0 + x (c1 + x (c2 + ...)).
 */
export function source(coefficients: readonly number[]): string {
  const rounded = (text: string) => `Math.fround(${text})`;
  const sum = coefficients.reduceRight<string | undefined>(
    (inner, c) => (inner === undefined ? `${c}` : rounded(`${c} + ${rounded(`x * ${inner}`)}`)),
    undefined,
  );
  return `(x) => ${sum ?? 0}`;
}
