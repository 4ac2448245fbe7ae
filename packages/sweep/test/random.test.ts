import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { choice, integer, logUniform, uniform } from "../src/distributions.ts";
import { random } from "../src/random.ts";

const space = {
  rate: logUniform(1e-4, 1e-1),
  hidden: integer(8, 64),
  act: choice(["relu", "tanh"]),
  x: uniform(-2, 3),
  degree: 2,
  layers: [4, 4],
};

test("configurations have the types of their distributions, and constants as they are", () => {
  const [first] = random(space, 1);
  expectTypeOf(first.rate).toEqualTypeOf<number>();
  expectTypeOf(first.act).toEqualTypeOf<"relu" | "tanh">();
  expect(first).toMatchObject({ degree: 2, layers: [4, 4] });
});

/** The same bits on every machine: whoever changes how numbers are drawn changes every study. */
test("the numbers of a seed never change", () => {
  expect(random(space, 3, { seed: 7 })).toMatchInlineSnapshot(`
    [
      {
        "act": "relu",
        "degree": 2,
        "hidden": 61,
        "layers": [
          4,
          4,
        ],
        "rate": 0.00181155518095545,
        "x": 0.41801255350562894,
      },
      {
        "act": "tanh",
        "degree": 2,
        "hidden": 35,
        "layers": [
          4,
          4,
        ],
        "rate": 0.021118778201949014,
        "x": 1.8287688784828506,
      },
      {
        "act": "relu",
        "degree": 2,
        "hidden": 52,
        "layers": [
          4,
          4,
        ],
        "rate": 0.0002489470939779096,
        "x": 0.4286518138323041,
      },
    ]
  `);
});

test("more configurations begin with the same ones", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 20 }), (seed, count) => {
      expect(random(space, 30, { seed }).slice(0, count)).toEqual(random(space, count, { seed }));
    }),
    { numRuns: 20 },
  );
});

/** Kolmogorov-Smirnov: the largest distance between the empirical and the wanted distribution function. */
function distance(values: readonly number[], cumulative: (x: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((x, k) => Math.abs((k + 0.5) / sorted.length - cumulative(x))));
}

test("draws follow their distributions", () => {
  const count = 4000;
  const drawn = random(space, count, { seed: 1 });
  // The distance exceeds 1.95 / sqrt(n) once in a thousand samples.
  const most = 1.95 / Math.sqrt(count);
  expect(
    distance(
      drawn.map(({ x }) => x),
      (x) => (x + 2) / 5,
    ),
  ).toBeLessThan(most);
  expect(
    distance(
      drawn.map(({ rate }) => rate),
      (x) => (Math.log10(x) + 4) / 3,
    ),
  ).toBeLessThan(most);
  const counts = new Map<number, number>();
  for (const { hidden } of drawn) counts.set(hidden, (counts.get(hidden) ?? 0) + 1);
  expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 57 }, (_, k) => 8 + k));
  // Chi-squared with 56 degrees of freedom exceeds 94.5 once in a thousand samples.
  const expected = count / 57;
  expect([...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)).toBeLessThan(94.5);
});

test("draws keep to their bounds", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (seed, low) => {
      const high = low * 1.0000000000000004;
      fc.pre(high > low);
      for (const { a, b } of random({ a: uniform(low, high), b: logUniform(low, high) }, 5, { seed })) {
        expect(a >= low && a <= high).toBe(true);
        expect(b >= low && b <= high).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test("bounds that are none are refused", () => {
  expect(() => uniform(1, 1)).toThrow("uniform: low must be less than high, got 1 and 1");
  expect(() => logUniform(0, 1)).toThrow("logUniform: low must be greater than 0, got 0");
  expect(() => integer(2, 1)).toThrow("integer: there must be from 1 to 2^32 integers from low to high, got 2 and 1");
  expect(() => choice([])).toThrow("choice: there are no values; give at least one");
});
