/** Compares results bit by bit. */

/** The bits of each number in hexadecimal; NaN has many, which count as one. */
export function bitsOf(values: Float32Array): string[] {
  return Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length), (bits, i) =>
    Number.isNaN(values[i]) ? "NaN" : bits.toString(16),
  );
}
