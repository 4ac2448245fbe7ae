/** The functions of `Arithmetic` that JavaScript lacks, as source: see tensor/math/arithmetic.ts. */

/** Their sources by name. */
export const missing: Readonly<Record<string, string>> = {
  nearest: `function nearest(a: number): number {
  const size = Math.abs(a);
  if (a === 0 || !(size < 4503599627370496)) return a;
  const rounded = size + 4503599627370496 - 4503599627370496;
  return a < 0 ? -rounded : rounded;
}`,
  larger: "const larger = (a: number, b: number): number => (a < b ? b : a);",
  smaller: "const smaller = (a: number, b: number): number => (b < a ? b : a);",
  twoTo: `function twoTo(k: number): number {
  bits.setInt32(0, (k + 1023) << 20);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
}`,
  exponent: `function exponent(a: number): number {
  bits.setFloat64(0, a);
  return ((bits.getInt32(0) >> 20) & 0x7ff) - 1023;
}`,
  mantissa: `function mantissa(a: number): number {
  bits.setFloat64(0, a);
  bits.setInt32(0, (bits.getInt32(0) & 0xfffff) | 0x3ff00000);
  return bits.getFloat64(0);
}`,
};
