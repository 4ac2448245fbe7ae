/** The mask of dropout: each element by the word of its position, for all sizes, on both kernels; and its statistics. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { ones } from "../../src/fill.ts";
import { dropoutMask as maskOf } from "../../src/ops/dropout-mask.ts";
import type { Tensor } from "../../src/tensor.ts";
import { onBothKernels, under } from "../kernel-kinds.ts";
import { maskWord } from "../math/philox.ts";

const integer = fc.maxSafeNat();
const TWO_TO_32 = 2 ** 32;
const dropoutMask = (like: Tensor, p: number, key: number, counter: number) =>
  maskOf(like, p, () => ({ key, counter }));

describe("dropoutMask", () => {
  test("drops the elements whose word is below the probability, for every size, key and counter", () => {
    const probability = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(70), probability, integer, integer, (size, p, key, counter) => {
        const kept = Math.fround(1 / (1 - p));
        const wanted = Array.from({ length: size }, (_, i) => (maskWord(i, key, counter) / TWO_TO_32 < p ? 0 : kept));
        expect(onBothKernels(() => dropoutMask(ones([size]), p, key, counter)).toArray()).toEqual(wanted);
      }),
    );
  });

  test("every size gives the beginning of one stream, so an element does not depend on how many there are", () => {
    const all = onBothKernels(() => dropoutMask(ones([100]), 0.5, 1, 2));
    for (let size = 0; size <= 100; size++)
      expect(onBothKernels(() => dropoutMask(ones([size]), 0.5, 1, 2)).toArray()).toEqual(
        all.slice(0, 0, size).toArray(),
      );
    expect(dropoutMask(ones([5, 1, 20]), 0.5, 1, 2).toArray()).toEqual(all.reshape(5, 1, 20).toArray());
  });

  test("an element is kept up to the probability that is exactly its word, and dropped above it", () => {
    // The first words of the published answer to key 0 and counter 0.
    for (const [i, word] of [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8].entries()) {
      const element = (p: number) => onBothKernels(() => dropoutMask(ones([4]), p, 0, 0).slice(0, i, i + 1)).item();
      expect(element(word / TWO_TO_32)).toBeGreaterThan(1);
      expect(element((word + 1) / TWO_TO_32)).toBe(0);
    }
  });

  test("keeps all with probability 0 and with one too small to matter, and none with probability 1", () => {
    for (const [p, value] of [
      [0, 1],
      [1e-17, 1],
      [1, 0],
    ])
      expect(new Set(onBothKernels(() => dropoutMask(ones([4000]), p, 3, 4)).data)).toEqual(new Set([value]));
  });

  test("in float64 drops the same elements, and divides by 1 - p in float64", () => {
    const x = ones([7, 9]);
    for (const kind of ["simd", "plain"] as const) {
      const [single, double] = under(kind, () => [x, toFloat64(x)].map((like) => dropoutMask(like, 0.3, 5, 6)));
      expect(double.dtype).toBe("float64");
      expect(double.gt(0).toArray()).toEqual(single.gt(0).toArray());
      expect(new Set(double.data)).toEqual(new Set([0, 1 / 0.7]));
    }
  });

  test("another key, another counter and the other half of either give another mask", () => {
    const masks = [0, 1, TWO_TO_32].flatMap((key) =>
      [0, 1, TWO_TO_32].map((counter) => dropoutMask(ones([64]), 0.5, key, counter).data.join()),
    );
    expect(new Set(masks).size).toBe(9);
  });
});

/** The probability that at most `k` of `n` independent events of probability `p` happen, summed in logarithms. */
function binomial(k: number, n: number, p: number): number {
  let [term, sum] = [n * Math.log1p(-p), 0];
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(term);
    term += Math.log(((n - i) / (i + 1)) * (p / (1 - p)));
  }
  return sum;
}

describe("statistics", () => {
  const N = 16 * 4096;
  /** Asserts that a count is neither among the lowest nor among the highest millionth of what chance gives. */
  const expectLikely = (count: number, n: number, p: number) => {
    const below = binomial(count, n, p);
    expect(below, `${count} of ${n} with probability ${p}`).toBeGreaterThan(1e-6);
    expect(below).toBeLessThan(1 - 1e-6);
  };

  test.each([0.01, 0.1, 0.5, 0.8, 0.999])("a share of %d is dropped, overall and at every place of a group", (p) => {
    const dropped = dropoutMask(ones([N / 16, 16]), p, 7, 8).eq(0);
    expectLikely(dropped.sum().item(), N, p);
    for (const count of dropped.sum(0).data) expectLikely(count, N / 16, p);
  });

  test("neighbours, blocks, masks that follow each other, and neighbouring keys are independent", () => {
    const mask = (key: number, counter: number) => dropoutMask(ones([N]), 0.5, key, counter).eq(0);
    const first = mask(7, 8);
    const shifted = (by: number) => [first.slice(0, 0, N - by), first.slice(0, by, N)];
    for (const [a, b] of [...[1, 2, 3, 4, 16, 64].map(shifted), [first, mask(7, 9)], [first, mask(8, 8)]])
      expectLikely(a.eq(b).sum().item(), a.size, 0.5);
  });
});
