/** B-spline basis functions and their derivatives against SciPy's, in float64 and float32 (figures/splines.py). */
import { readFileSync } from "node:fs";
import { type Dtype, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { variable } from "../src/index.ts";

interface Figure {
  readonly name: string;
  readonly order: number;
  readonly knots: number[];
  readonly x: number[];
  /** [x, function]. */
  readonly values: number[][];
  readonly slopes: number[][];
}

const file = new URL("figures/splines.json", import.meta.url);
const { cases }: { readonly cases: readonly Figure[] } = JSON.parse(readFileSync(file, "utf8"));

test("there are figures for every order from 1 to 5, on uniform, uneven and repeated knots", () => {
  expect([...new Set(cases.map(({ order }) => order))]).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(cases.map(({ name }) => name.split(",")[0]))).toEqual(
    new Set(["uniform knots", "uneven knots", "repeated knots"]),
  );
});

/** Values are at most 1. Slopes are at most 2 order over the width of a knot interval, which is 0.05 or more. */
const rounding: readonly (readonly [Dtype, number])[] = [
  ["float64", 2 ** -48],
  ["float32", 2 ** -20],
];

describe.each(rounding)("in %s", (dtype, tolerance) => {
  test.each(cases)("$name", ({ order, knots, x, values, slopes }) => {
    const points = variable(
      tensor(
        x.map((value) => [value]),
        { dtype },
      ),
    );
    const own = tensor([knots], { dtype });
    const found = points.bsplines(own, order).squeeze(1);
    expect(found.shape).toEqual([x.length, knots.length - order - 1]);
    const scale = Math.max(...slopes.flat().map(Math.abs));
    for (const k of values[0].keys()) {
      points.zeroGrad();
      found
        .slice(1, k, k + 1)
        .sum()
        .backward(undefined, { retainGraph: true });
      const [value, slope] = [found.value.select(1, k).clone().data, points.grad?.clone().data ?? []];
      for (const i of x.keys()) {
        const at = `function ${k} at ${x[i]}`;
        expect(Math.abs(value[i] - values[i][k]), `${at}: ${value[i]}, not ${values[i][k]}`).toBeLessThan(tolerance);
        expect(Math.abs(slope[i] - slopes[i][k]), `slope of ${at}: ${slope[i]}, not ${slopes[i][k]}`).toBeLessThan(
          tolerance * Math.max(1, scale),
        );
      }
    }
  });
});
