/** The bases of polynomials and their derivatives against SciPy (basis.py). */
import { describe, expect, test } from "vitest";
import { numbers } from "../../src/math/arithmetic.ts";
import { type Basis, basisAtZero, basisSlopes, basisValues, type Squash } from "../../src/math/basis.ts";
import figures from "./basis.json" with { type: "json" };

const DEGREE = 20;

/** The largest difference from the figures, relative to the largest of the values up to that degree. */
function deviation(found: readonly number[], wanted: number, k: number): number {
  const size = Math.max(1, ...found.slice(0, k + 1).map(Math.abs));
  return Math.abs(found[k] - wanted) / size;
}

const bases = ["monomial", "chebyshev", "legendre", "hermite"] as const satisfies Basis[];
const squashes = ["none", "tanh"] as const satisfies Squash[];

describe.each(bases.flatMap((basis) => squashes.map((squash) => ({ basis, squash }))))(
  "$basis, squash $squash",
  ({ basis, squash }) => {
    const settings = { degree: DEGREE, basis, squash };
    const cases = figures.cases.filter((one) => one.basis === basis && one.squash === squash);

    test("values and slopes", () => {
      expect(cases.length).toBe(9);
      for (const { k, values, slopes } of cases)
        for (const [at, x] of figures.x.entries()) {
          // Each step of a recurrence adds a few roundings, which the next ones carry on: k^2 of them.
          expect(deviation(basisValues(numbers, settings, x), values[at], k)).toBeLessThan(1e-15 * (4 + k * k));
          if (k > 0)
            expect(deviation([0, ...basisSlopes(numbers, settings, x)], slopes[at], k)).toBeLessThan(
              1e-15 * (4 + k ** 3),
            );
        }
    });

    test("values at 0, of every degree", () => {
      for (const { k, values } of cases)
        expect(deviation(basisAtZero(settings), values[figures.x.indexOf(0)], k)).toBeLessThan(1e-15);
      for (const degree of [1, 2, 7])
        expect(basisAtZero({ ...settings, degree })).toEqual(basisAtZero(settings).slice(0, degree + 1));
    });
  },
);
