/** The initialiser that keeps the variance: its deviations against SciPy's mean squares, and what layers make of them. */
import { normal, Random, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Polynomial, variancePreserving } from "../src/index.ts";
import { meanSquares } from "./figures.ts";
import { refusal } from "./refusal.ts";

const DEGREES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20];

describe.each(meanSquares.cases)("$basis, squash $squash", ({ basis, squash, degrees, squares }) => {
  const initialiser = variancePreserving({ basis, squash });

  test("gives each degree an equal share of the variance, and the constants none", () => {
    for (const degree of [20, ...DEGREES]) {
      const weights = initialiser([2, 3, degree + 1], new Random(4));
      const drawn = normal([2, 3, degree + 1], new Random(4));
      for (let at = 0; at < weights.size; at++) {
        const k = at % (degree + 1);
        const variance = (weights.data[at] / drawn.data[at]) ** 2;
        if (k === 0) expect(weights.data[at]).toBe(0);
        else if (degrees.includes(k))
          // Two float32 roundings, squared.
          expect(Math.abs(variance * 3 * degree * squares[degrees.indexOf(k)] - 1)).toBeLessThan(4e-7);
      }
    }
  });

  /** Points x, and what each counts in an expectation over x ~ N(0, 1), by the trapezoidal rule. */
  const points = Array.from({ length: 225 }, (_, j) => (j - 112) / 8);
  const density = points.map((x) => Math.exp(-(x * x) / 2));
  const total = density.reduce((a, b) => a + b);

  /**
   * E[y^2] over inputs by quadrature, because a few large inputs bring about most of E[x^40], and over weights as the mean
   * over the outputs. Of an output, y^2 is w M w with normal w and trace(S M) = 1, whose variance is 2 trace((S M)^2) <= 2. So
   * the mean over n outputs deviates by sqrt(2 / n).
   */
  test.each([false, true])("gives outputs with variance 1 (elementwise: %s)", (elementwise) => {
    const outputs = 2048;
    for (const degree of DEGREES) {
      const options = {
        basis,
        squash,
        bias: "edges" as const,
        degree,
        elementwise,
        random: new Random(degree),
        initialiser,
      };
      const layer = new Polynomial(elementwise ? outputs : 1, outputs, options);
      const x = tensor(points, [points.length, 1]).broadcastTo([points.length, layer.inputs]);
      const squaresOfOutputs = layer.forward(x).value.square().mean(1).clone().data;
      const variance = density.reduce((sum, weight, j) => sum + weight * squaresOfOutputs[j], 0) / total;
      expect(Math.abs(variance - 1), `degree ${degree}: ${variance}`).toBeLessThan(5 * Math.sqrt(2 / outputs));
    }
  });
});

/**
 * Inputs drawn at random add what the mean of phi^2 / E[phi^2] over them deviates: at most sqrt(1 / (inputs batch) / E[t^2k]),
 * where |phi| <= 1 after tanh, as it is for these two bases.
 */
test.each(["monomial", "chebyshev"] as const)("drawn inputs: the variance of a layer in %s after tanh", (basis) => {
  const [inputs, outputs, batch] = [32, 512, 512];
  const figures = meanSquares.cases.find((one) => one.basis === basis && one.squash === "tanh");
  const least = Math.min(...(figures?.squares ?? []));
  for (const degree of DEGREES) {
    const form = { basis, squash: "tanh" } as const;
    const initialiser = variancePreserving(form);
    const layer = new Polynomial(inputs, outputs, { ...form, degree, random: new Random(degree), initialiser });
    const y = layer.forward(normal([batch, inputs], new Random(1))).value;
    const deviation = Math.sqrt(2 / outputs) + Math.sqrt(1 / (inputs * batch * least));
    expect(Math.abs(y.square().mean().item() - 1)).toBeLessThan(5 * deviation);
  }
});

test("with damping, degree k has a share of the variance in proportion to 1 / k^damping", () => {
  // Hermite polynomials have mean squares of 1, so the squares of the coefficients are the shares, over 400 inputs.
  const weight = variancePreserving({ basis: "hermite", damping: 4 })([100, 400, 5], new Random(0));
  const [squares, count] = [[0, 0, 0, 0, 0], weight.size / 5];
  for (const [i, value] of weight.data.entries()) squares[i % 5] += (value * value) / count;
  const all = 1 + 1 / 16 + 1 / 81 + 1 / 256;
  expect(squares[0]).toBe(0);
  // The mean of 40,000 squares of normal variables deviates by sqrt(2 / 40,000), 0.7 %.
  for (const k of [1, 2, 3, 4]) expect(squares[k] * 400 * all * k ** 4).toBeCloseTo(1, 1);
});

test("is, with damping 4, the default of the layer, for every basis", () => {
  for (const squash of ["none", "tanh"] as const)
    for (const basis of ["monomial", "chebyshev", "legendre", "hermite"] as const) {
      const layer = new Polynomial(5, 4, { basis, squash, degree: 6, random: new Random(2) });
      const drawn = variancePreserving({ basis, squash, damping: 4 })([4, 5, 7], new Random(2));
      expect(layer.weight.value.equals(drawn.slice(2, 1, 7))).toBe(true);
      expect(layer.bias?.value.toArray()).toEqual([0, 0, 0, 0]);
    }
});

test("refusals", () => {
  // @ts-expect-error there is no such basis
  expect(refusal(() => variancePreserving({ basis: "fourier" }))).toMatchInlineSnapshot(
    `"ArgumentError: variancePreserving: basis must be "monomial" or "chebyshev" or "legendre" or "hermite", got "fourier""`,
  );
  // @ts-expect-error misspelt
  expect(refusal(() => variancePreserving({ squosh: "tanh" }))).toMatchInlineSnapshot(
    `"ArgumentError: variancePreserving: there is no option "squosh"; the options are basis, squash, damping"`,
  );
  for (const shape of [[4], [4, 1], [2, 2, 2, 2]])
    expect(refusal(() => variancePreserving()(shape, new Random(1)))).toMatch(/^ValueError: variancePreserving: needs/);
  expect(refusal(() => variancePreserving()([4, 3, 1], new Random(1)))).toMatchInlineSnapshot(
    `"ValueError: variancePreserving: needs [outputs, inputs, degree + 1] or, of an elementwise layer, [inputs, degree + 1], with degree >= 1, got [4, 3, 1]"`,
  );
  // @ts-expect-error there is no such squash
  expect(refusal(() => new Polynomial(2, 2, { squash: "relu" }))).toMatchInlineSnapshot(
    `"ArgumentError: Polynomial: squash must be "none" or "tanh", got "relu""`,
  );
});
