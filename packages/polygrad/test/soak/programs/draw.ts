/** Choices for a generator, taken from a list of numbers that fast-check draws and shrinks. */

/** Deals out the numbers of a list; when they are used up, only zeros, the simplest choice, are left. */
export class Draw {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** An integer from 0 to n - 1. */
  below(n: number): number {
    return (this.#numbers[this.#next++] ?? 0) % n;
  }

  /** An integer from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True once in n times. */
  once(n: number): boolean {
    return this.below(n) === n - 1;
  }

  /** One of the items. */
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** A multiple of 1/4 from -2 to 2, which both precisions represent exactly. */
  quarter(): number {
    return (this.below(17) - 8) / 4;
  }

  /** The numbers 0 ... n - 1 in some order. */
  order(n: number): number[] {
    const left = Array.from({ length: n }, (_, i) => i);
    return Array.from({ length: n }, () => left.splice(this.below(left.length), 1)[0]);
  }

  /** Some of the numbers 0 ... n - 1, in ascending order. */
  some(n: number): number[] {
    return Array.from({ length: n }, (_, i) => i).filter(() => this.below(2) === 1);
  }
}

/**
 * The i-th of the values that belong to a seed: a multiple of 2^-12 in [-2, 2), so that ties are rare and both
 * precisions represent it exactly.
 */
export function valueAt(seed: number, i: number): number {
  let bits = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(i + 1, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (((bits ^ (bits >>> 15)) >>> 18) - 8192) / 4096;
}
