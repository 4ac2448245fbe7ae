/**
 * Philox4x32-10, a random number generator without a state: four words are a function of a key and a counter.
 *
 * J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, Parallel random numbers: as easy as 1, 2, 3, SC 2011. Every
 * round is a bijection, so different counters give different blocks under one key, and any block can be computed first.
 * The authors found that seven rounds pass all tests of TestU01's BigCrush, and advise ten.
 */

/** The arithmetic of 32-bit words over which the generator is written, once for numbers and once for SIMD lanes. */
export interface Words<T> {
  /** A constant. */
  word(value: number): T;
  /** a + b, modulo 2^32. */
  add(a: T, b: T): T;
  /** The bits in which a and b differ. */
  xor(a: T, b: T): T;
  /** The two words of the product of a and b, which has 64 bits. */
  product(a: T, b: T): { readonly high: T; readonly low: T };
}

const ROUNDS = 10;
/** The multipliers, which the authors chose for how well their products mix. */
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
/** What is added to the key from round to round: the fractions of the golden ratio and of the root of 3. */
const STEPS = [0x9e3779b9, 0xbb67ae85] as const;

/** What all blocks of one key have in common: the multipliers, and the key of each round. */
export interface Rounds<T> {
  readonly multipliers: readonly [T, T];
  readonly keys: readonly (readonly [T, T])[];
}

/** The rounds of a key of two words. */
export function roundsOf<T>(m: Words<T>, key: readonly [T, T]): Rounds<T> {
  const [m0, m1, step0, step1] = [...MULTIPLIERS, ...STEPS].map((word) => m.word(word));
  const keys: (readonly [T, T])[] = [key];
  while (keys.length < ROUNDS) {
    const [k0, k1] = keys[keys.length - 1];
    keys.push([m.add(k0, step0), m.add(k1, step1)]);
  }
  return { multipliers: [m0, m1], keys };
}

/** The block of four words that belongs to the four words of a counter. */
export function philox<T>(
  m: Words<T>,
  { multipliers: [m0, m1], keys }: Rounds<T>,
  [a, b, c, d]: readonly [T, T, T, T],
): readonly [T, T, T, T] {
  for (const key of keys) {
    const p = m.product(a, m0);
    const q = m.product(c, m1);
    a = m.xor(m.xor(q.high, b), key[0]);
    b = q.low;
    c = m.xor(m.xor(p.high, d), key[1]);
    d = p.low;
  }
  return [a, b, c, d];
}

/** Words as the signed integers that JavaScript's bitwise operators give: fast, and `>>> 0` makes them unsigned. */
export const words: Words<number> = {
  word: (value) => value | 0,
  add: (a, b) => (a + b) | 0,
  xor: (a, b) => a ^ b,
  // Long multiplication with halves of 16 bits: no sum exceeds 32 bits.
  product: (a, b) => {
    const inner = (Math.imul(a >>> 16, b & 0xffff) + (Math.imul(a & 0xffff, b & 0xffff) >>> 16)) >>> 0;
    const outer = (Math.imul(a & 0xffff, b >>> 16) + (inner & 0xffff)) >>> 0;
    return { high: (Math.imul(a >>> 16, b >>> 16) + (inner >>> 16) + (outer >>> 16)) | 0, low: Math.imul(a, b) };
  },
};
