/** Philox4x32-10 in whole numbers of any size, as the paper defines it: what tests hold the generator against. */

const MASK = 0xffffffffn;

/** The block of a counter [4] under a key [2]: four words. */
export function philoxReference(counter: readonly number[], key: readonly number[]): number[] {
  let [a, b, c, d] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const [p, q] = [0xd2511f53n * a, 0xcd9e8d57n * c];
    [a, b, c, d] = [(q >> 32n) ^ b ^ k0, q & MASK, (p >> 32n) ^ d ^ k1, p & MASK];
    [k0, k1] = [(k0 + 0x9e3779b9n) & MASK, (k1 + 0xbb67ae85n) & MASK];
  }
  return [a, b, c, d].map(Number);
}

/** Word `i` of mask number `counter` of the stream with that key. */
export function maskWord(i: number, key: number, counter: number): number {
  const words = (value: number) => [value % 2 ** 32, Math.floor(value / 2 ** 32)];
  return philoxReference([Math.floor(i / 4), 0, ...words(counter)], words(key))[i % 4];
}
