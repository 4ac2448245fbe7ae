import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ValueError } from "../src/errors.ts";
import { Random } from "../src/random.ts";

const seeds = fc.maxSafeNat();
const take = (random: Random, n: number): number[] => Array.from({ length: n }, () => random.uint32());

describe("known answers", () => {
  // From a C program written out of the papers' recurrences; the state is two outputs of SplitMix64, low words first.
  test.each([
    [0, [2065550767, 3793791033, 2713282036, 1853398634], [3737715805, 2584255861, 2876756834], 847243337],
    [1, [2298633409, 2433363436, 1703865447, 3203108257], [1695105466, 1423115009, 634581793], 637055319],
    [42, [803958421, 3184996902, 2993090819, 686809907], [1776835114, 4165204688, 17111135], 2277284690],
    [2 ** 53 - 1, [4021704095, 616124332, 3074421144, 818148089], [1233166643, 1287031142, 661813442], 3393696231],
  ])("seed %d", (seed, state, first, millionth) => {
    const random = new Random(seed);
    expect([...random.state]).toEqual(state);
    expect(take(random, 3)).toEqual(first);
    for (let i = 3; i < 999999; i++) random.uint32();
    expect(random.uint32()).toBe(millionth);
  });

  test("state 1, 2, 3, 4", () => {
    const random = Random.fromState(Uint32Array.of(1, 2, 3, 4));
    expect(take(random, 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test("jump is the 2^64th power of the step: its matrix over GF(2) squared 64 times", () => {
    const random = Random.fromState(Uint32Array.of(1, 2, 3, 4));
    random.jump();
    expect([...random.state]).toEqual([2843103750, 2038079848, 1533207345, 44816753]);
  });

  test("what is drawn for training stays what it was", () => {
    const random = new Random(7);
    expect([...random.permutation(10)]).toEqual([8, 3, 6, 7, 1, 0, 5, 2, 4, 9]);
    expect([random.uniform(), random.normal()]).toEqual([0.3805907964706421, 0.21988312584544706]);
    expect([random.below(1000), random.bernoulli(0.5)]).toEqual([4, false]);
    expect([...random.split().state]).toEqual([1668999853, 1656872357, 1689497447, 4167786685]);
  });
});

describe("streams", () => {
  test("the same seed gives the same stream, another seed another", () => {
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        expect(take(new Random(a), 8)).toEqual(take(new Random(a), 8));
        if (a !== b) expect(take(new Random(a), 8)).not.toEqual(take(new Random(b), 8));
      }),
    );
  });

  test("a generator that is set to a state goes on from there; a wrong state changes nothing", () => {
    const [random, other] = [new Random(1), new Random(2)];
    const { state } = random;
    const drawn = [random.uint32(), random.uint32()];
    other.state = state;
    expect([other.uint32(), other.uint32()]).toEqual(drawn);
    random.state = state;
    expect(() => Object.assign(random, { state: new Uint32Array(4) })).toThrow("Random.state: state must be 4 words");
    expect([random.uint32(), random.uint32()]).toEqual(drawn);
  });

  test("a clone and a restored state go on alike, and leave the original alone", () => {
    fc.assert(
      fc.property(seeds, fc.nat(20), (seed, steps) => {
        const random = new Random(seed);
        take(random, steps);
        const saved = random.state;
        const clone = random.clone();
        const wanted = take(clone, 8);
        expect(random.state).toEqual(saved);
        expect(take(random, 8)).toEqual(wanted);
        expect(take(Random.fromState(saved), 8)).toEqual(wanted);
        random.state = saved;
        expect(take(random, 8)).toEqual(wanted);
        expect(random.state).not.toEqual(saved);
      }),
    );
  });

  test("split is deterministic; parent, first and second child differ", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const streams = (): number[][] => {
          const parent = new Random(seed);
          return [parent.split(), parent.split(), parent].map((random) => take(random, 8));
        };
        expect(streams()).toEqual(streams());
        expect(new Set(streams().map(String)).size).toBe(3);
      }),
    );
  });

  test("split and jumped streams are uncorrelated with their parents", () => {
    const n = 100_000;
    const correlation = (a: Random, b: Random): number => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
      return (12 * sum) / n;
    };
    const parent = new Random(3);
    const jumped = parent.clone();
    jumped.jump();
    // A correlation of independent streams has standard deviation 1/sqrt(n).
    expect(Math.abs(correlation(parent.split(), parent))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(correlation(jumped, parent))).toBeLessThan(4 / Math.sqrt(n));
  });
});

describe("bounds", () => {
  test("uniform is in [0, 1) and exact in float32", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const u = new Random(seed).uniform();
        expect(u >= 0 && u < 1).toBe(true);
        expect(Math.fround(u)).toBe(u);
      }),
    );
  });

  test("below is an integer below n", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 2 ** 32 }), (seed, n) => {
        const drawn = new Random(seed).below(n);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < n).toBe(true);
      }),
    );
    expect(new Random(0).below(1)).toBe(0);
    expect(new Random(0).below(2 ** 32)).toBe(new Random(0).uint32());
  });

  test("bernoulli(0) never and bernoulli(1) always", () => {
    const random = new Random(0);
    for (let i = 0; i < 1000; i++) expect([random.bernoulli(0), random.bernoulli(1)]).toEqual([false, true]);
  });

  test("permutation permutes", () => {
    fc.assert(
      fc.property(seeds, fc.nat(200), (seed, n) => {
        const sorted = new Random(seed).permutation(n).sort();
        expect([...sorted]).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });
});

describe("distributions, to 4 standard deviations of the estimate", () => {
  const n = 200_000;
  const moments = (draw: () => number, center: number): number[] => {
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = draw() - center;
      for (let k = 0, power = x; k < 4; k++, power *= x) sums[k] += power;
    }
    return sums.map((sum) => sum / n);
  };

  test("uniform: the variance of the k-th central moment is 1/(4^k (2k + 1)) - its square, over n", () => {
    const random = new Random(11);
    const wanted = [0, 1 / 12, 0, 1 / 80];
    moments(() => random.uniform(), 0.5).forEach((moment, i) => {
      const k = i + 1;
      const variance = 1 / (4 ** k * (2 * k + 1)) - wanted[i] ** 2;
      expect(Math.abs(moment - wanted[i])).toBeLessThan(4 * Math.sqrt(variance / n));
    });
  });

  test("normal: moments 0, 1, 0, 3, whose estimates have variances 1, 2, 15, 96 over n", () => {
    const random = new Random(12);
    const wanted = [0, 1, 0, 3];
    const variances = [1, 2, 15, 96];
    moments(() => random.normal(), 0).forEach((moment, i) => {
      expect(Math.abs(moment - wanted[i])).toBeLessThan(4 * Math.sqrt(variances[i] / n));
    });
  });

  test("bernoulli(p) has mean p and variance p (1 - p)", () => {
    const random = new Random(13);
    for (const p of [0.001, 0.1, 0.5, 0.9]) {
      let count = 0;
      for (let i = 0; i < n; i++) count += random.bernoulli(p) ? 1 : 0;
      expect(Math.abs(count / n - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n));
    }
  });

  test("below is unbiased where a plain remainder would show: n = 3 * 2^30", () => {
    const random = new Random(14);
    let low = 0;
    for (let i = 0; i < n; i++) low += random.below(3 * 2 ** 30) < 2 ** 30 ? 1 : 0;
    expect(Math.abs(low / n - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / n)); // a remainder would give 1/2
  });

  test("each of the 24 permutations of 4 is as likely: chi squared with 23 degrees of freedom", () => {
    const random = new Random(15);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(counts.size).toBe(24);
    expect(chiSquared).toBeLessThan(23 + 4 * Math.sqrt(2 * 23));
  });
});

describe("refusals", () => {
  test.each([
    [() => new Random(1.5), "Random: seed must be an integer from 0 to 2^53 - 1, got 1.5"],
    [() => new Random(-1), "Random: seed must be an integer from 0 to 2^53 - 1, got -1"],
    [() => new Random(2 ** 53), "Random: seed must be an integer from 0 to 2^53 - 1, got 9007199254740992"],
    [() => new Random(Number.NaN), "Random: seed must be an integer from 0 to 2^53 - 1, got NaN"],
    [
      () => Random.fromState(new Uint32Array(4)),
      "Random.fromState: state must be 4 words, not all 0, got [0, 0, 0, 0]",
    ],
    [() => Random.fromState(Uint32Array.of(1)), "Random.fromState: state must be 4 words, not all 0, got [1]"],
    [
      () => {
        new Random(0).state = Uint32Array.of(0, 0, 0, 0);
      },
      "Random.state: state must be 4 words, not all 0, got [0, 0, 0, 0]",
    ],
    [() => new Random(0).below(0), "Random.below: n must be an integer from 1 to 2^32, got 0"],
    [() => new Random(0).below(2 ** 33), "Random.below: n must be an integer from 1 to 2^32, got 8589934592"],
    [() => new Random(0).bernoulli(1.1), "Random.bernoulli: p must be from 0 to 1, got 1.1"],
    [() => new Random(0).permutation(-1), "Random.permutation: n must be an integer from 0 to 2^31 - 1, got -1"],
  ])("%s", (call, message) => {
    expect(call).toThrow(new ValueError(message));
  });
});
