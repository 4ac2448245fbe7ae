/** A seeded random number generator. The same seed gives the same numbers on every machine. Read math/log.ts first. */
import { described } from "./arguments.ts";
import { MemoryError, ValueError } from "./errors.ts";
import { numbers } from "./math/arithmetic.ts";
import { log } from "./math/log.ts";
import { taping } from "./tape/current.ts";

/**
 * xoshiro128**, period 2^128 - 1: D. Blackman and S. Vigna, Scrambled linear pseudorandom number generators, ACM
 * Transactions on Mathematical Software 47 (2021). Seeds and new streams are spread over its states by SplitMix64:
 * G. L. Steele, D. Lea and C. H. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
 */
export class Random {
  readonly #state: Uint32Array;

  /** @throws ValueError unless the seed is an integer from 0 to 2^53 - 1. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new ValueError(`Random: seed must be an integer from 0 to 2^53 - 1, got ${described(seed)}`);
    }
    const start = BigInt(seed);
    this.#state = wordsOf(splitMix(start + GOLDEN_GAMMA), splitMix(start + 2n * GOLDEN_GAMMA));
  }

  /** The generator that has this `state`. @throws ValueError unless it is four words, not all 0. */
  static fromState(state: Uint32Array): Random {
    checkState(state, "Random.fromState");
    const random = new Random(0);
    random.#state.set(state);
    return random;
  }

  /**
   * A copy of the four words that determine all later numbers. Set it to go on from a saved state.
   * @throws ValueError when set to anything but four words, not all 0
   */
  get state(): Uint32Array {
    return this.#state.slice();
  }

  set state(state: Uint32Array) {
    checkState(state, "Random.state");
    this.#state.set(state);
  }

  /** A generator that gives the same numbers from here on. */
  clone(): Random {
    return Random.fromState(this.#state);
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    taping()?.obstacle("it draws random numbers in JavaScript");
    const s = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** A multiple of 2^-24 in [0, 1): exact in float32 too. */
  uniform(): number {
    return (this.uint32() >>> 8) / 16777216;
  }

  /** True with probability p. @throws ValueError unless p is from 0 to 1. */
  bernoulli(p: number): boolean {
    if (typeof p !== "number" || !(p >= 0 && p <= 1))
      throw new ValueError(`Random.bernoulli: p must be from 0 to 1, got ${described(p)}`);
    return this.uint32() < p * TWO_TO_32;
  }

  /**
   * An integer from 0 to n - 1, each equally likely: an output beyond the last multiple of n is drawn again.
   * @throws ValueError unless n is an integer from 1 to 2^32.
   */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_TO_32) {
      throw new ValueError(`Random.below: n must be an integer from 1 to 2^32, got ${described(n)}`);
    }
    let word = this.uint32();
    // The remainder of 2^32 is below n, so for most outputs the first test suffices.
    while (word >= TWO_TO_32 - n && word >= TWO_TO_32 - remainder(TWO_TO_32, n)) word = this.uint32();
    return remainder(word, n);
  }

  /**
   * A number from the standard normal distribution, by the polar method: G. Marsaglia and T. A. Bray, A convenient
   * method for generating normal variables, SIAM Review 6 (1964). The second number of each pair is dropped, so that
   * `state` is the whole state.
   */
  normal(): number {
    for (;;) {
      const x = (this.uint32() + 0.5) / 2147483648 - 1; // (-1, 1), symmetric and never 0
      const y = (this.uint32() + 0.5) / 2147483648 - 1;
      const s = x * x + y * y;
      if (s < 1) return x * Math.sqrt((-2 * log(numbers, s)) / s);
    }
  }

  /**
   * The integers from 0 to n - 1 in random order (Fisher and Yates, 1938; R. Durstenfeld's form, CACM 1964).
   * @throws ValueError unless n is an integer from 0 to 2^31 - 1; MemoryError if there is no memory for them.
   */
  permutation(n: number): Int32Array {
    if (!Number.isInteger(n) || n < 0 || n > 2147483647) {
      throw new ValueError(`Random.permutation: n must be an integer from 0 to 2^31 - 1, got ${described(n)}`);
    }
    const order = roomFor(n);
    for (let i = 1; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const last = order[i];
      order[i] = order[j];
      order[j] = last;
    }
    return order;
  }

  /**
   * A new generator, whose state is hashed from this one's next four outputs. Among n streams of length m, two overlap
   * with a probability of about n^2 m / 2^128. For streams that never overlap, use `clone` and `jump`.
   */
  split(): Random {
    const word = (): bigint => (BigInt(this.uint32()) << 32n) | BigInt(this.uint32());
    return Random.fromState(wordsOf(splitMix(word()), splitMix(word())));
  }

  /** Skips 2^64 outputs: multiplies the state by x^(2^64) modulo the generator's polynomial over GF(2). */
  jump(): void {
    const sum = new Uint32Array(4);
    for (const word of JUMP) {
      for (let bit = 0; bit < 32; bit++) {
        if ((word >>> bit) & 1) for (let i = 0; i < 4; i++) sum[i] ^= this.#state[i];
        this.uint32();
      }
    }
    this.#state.set(sum);
  }
}

function checkState(state: Uint32Array, operation: string): void {
  if (state instanceof Uint32Array && state.length === 4 && state.some((word) => word !== 0)) return;
  const got = state instanceof Uint32Array ? `[${state.join(", ")}]` : described(state);
  throw new ValueError(`${operation}: state must be 4 words, not all 0, got ${got}`);
}

function roomFor(n: number): Int32Array {
  try {
    return new Int32Array(n);
  } catch {
    throw new MemoryError(`Random.permutation: no memory for ${n} integers; use a smaller n`);
  }
}

const TWO_TO_32 = 4294967296;
const JUMP: readonly number[] = [0x8764000b, 0xf542d2d3, 0x6fa035c3, 0x77f2db5b];
const GOLDEN_GAMMA = 0x9e3779b97f4a7c15n; // the odd integer nearest to 2^64 / golden ratio

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/**
 * a mod n for integers from 0 to 2^32, several times as fast as `%` beyond 31 bits. The quotient's rounding error is
 * below 2^-53 a / n < 1 / n, and 1 / n is the least by which a quotient can miss an integer; so its floor is right.
 */
function remainder(a: number, n: number): number {
  return a - Math.floor(a / n) * n;
}

/** SplitMix64's bijection of 64-bit words. */
function splitMix(word: bigint): bigint {
  let z = BigInt.asUintN(64, word);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** The four words of two 64-bit integers, low halves first. */
function wordsOf(first: bigint, second: bigint): Uint32Array {
  return Uint32Array.of(...[first, first >> 32n, second, second >> 32n].map((z) => Number(BigInt.asUintN(32, z))));
}
