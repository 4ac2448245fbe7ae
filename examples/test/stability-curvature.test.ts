/** What explains the map: products with the Hessian, Lanczos' method, and the rates that a step tolerates. */
import { hessian, Random, tensor, type Variable, variable, zeros } from "polygrad";
import { expect, test } from "vitest";
import { criticalRate, dot, landscape } from "../stability/curvature.ts";
import { lanczos } from "../stability/lanczos.ts";
import { makeNetwork, type NetworkChoice } from "../stability/network.ts";
import { firstStep, landscapeOf, noiseOf, toleratedRate } from "../stability/probe.ts";
import { tridiagonalPairs } from "../stability/tridiagonal.ts";

const random = new Random(1);
const draw = (size: number) => Float64Array.from({ length: size }, () => random.normal());

/** A network 3 - 4 - 2 in float64, whose weights [4, 3, 4], then [2, 4, 4], and norm are parts of one vector. */
const SIZES = [48, 4, 4, 32];
const inputs = tensor(draw(15)).reshape([5, 3]);
const labels = [0, 1, 1, 0, 1];

function lossOf(theta: Variable): Variable {
  const [first, gain, bias, second] = SIZES.map((size, k) => {
    const start = SIZES.slice(0, k).reduce((sum, before) => sum + before, 0);
    return theta.slice(0, start, start + size);
  });
  return variable(inputs)
    .polynomial(first.reshape([4, 3, 4]), "hermite")
    .layerNorm(gain, bias)
    .polynomial(second.reshape([2, 4, 4]), "monomial", "tanh")
    .crossEntropy(labels);
}

const point = draw(88);

test("products with the Hessian are differences of gradients", () => {
  const theta = variable(tensor(point));
  const { times, gradient } = landscape([theta], lossOf(theta));
  // Vectors are rounded to float32.
  const direction = Float64Array.from(draw(88), Math.fround);
  const step = 1e-5;
  const gradientAt = (sign: number) => {
    const moved = variable(tensor(point.map((value, i) => value + sign * step * direction[i])));
    return landscape([moved], lossOf(moved)).gradient;
  };
  const [after, before] = [gradientAt(1), gradientAt(-1)];
  const product = times(direction);
  for (const [i, value] of product.entries()) expect(value).toBeCloseTo((after[i] - before[i]) / (2 * step), 6);
  expect(dot(gradient, gradient)).toBeGreaterThan(0);
});

test("Lanczos' method finds the largest and the smallest eigenvalue of a dense Hessian", () => {
  const theta = variable(tensor(point));
  const { times } = landscape([theta], lossOf(theta));
  const { data } = hessian(lossOf)(tensor(point)).value.contiguous();
  const rows = Array.from({ length: 88 }, (_, i) => [...data.subarray(88 * i, 88 * (i + 1))]);
  const eigenvalues = jacobiEigenvalues(rows);
  const found = lanczos(times, 88, { random: new Random(3), products: 60, tolerance: 1e-7 });
  const scale = eigenvalues[0];
  expect(found?.values[0]).toBeCloseTo(scale, 5);
  expect(found?.error).toBeLessThanOrEqual(1e-7 * scale);
  // A rough result is as near as it says.
  const rough = lanczos(times, 88, { random: new Random(3), products: 60, tolerance: 0.1 });
  expect(rough?.products).toBeLessThan(found?.products ?? 0);
  expect(Math.abs((rough?.values[0] ?? 0) - scale)).toBeLessThanOrEqual((rough?.error ?? 0) + 1e-6 * scale);
  const whole = lanczos(times, 88, { random: new Random(3), products: 88, tolerance: 0 });
  expect(whole?.values.at(-1)).toBeCloseTo(eigenvalues[87], 5);
});

/** Jacobi's method: rotations that make a symmetric matrix diagonal. Slow, and simple enough to be trusted. */
function jacobiEigenvalues(matrix: number[][]): number[] {
  const n = matrix.length;
  for (let sweep = 0; sweep < 12; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (matrix[p][q] === 0) continue;
        const theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++)
          [matrix[k][p], matrix[k][q]] = [c * matrix[k][p] - s * matrix[k][q], s * matrix[k][p] + c * matrix[k][q]];
        for (let k = 0; k < n; k++)
          [matrix[p][k], matrix[q][k]] = [c * matrix[p][k] - s * matrix[q][k], s * matrix[p][k] + c * matrix[q][k]];
      }
  return matrix.map((row, i) => row[i]).sort((a, b) => b - a);
}

test.each([1, 2, 30])("eigenvalues of the second difference of %i points", (n) => {
  const pairs = tridiagonalPairs(Array<number>(n).fill(2), Array<number>(n - 1).fill(-1));
  for (const [k, { value, last }] of pairs.entries()) {
    const angle = ((n - k) * Math.PI) / (n + 1);
    expect(value).toBeCloseTo(2 - 2 * Math.cos(angle), 12);
    expect(Math.abs(last)).toBeCloseTo(Math.abs(Math.sqrt(2 / (n + 1)) * Math.sin(n * angle)), 12);
  }
});

test("the critical rate of a parabola is where it is as high again", () => {
  const x = variable(tensor(Float64Array.of(3)));
  const parabola = landscape([x], x.square().mul(2).sum());
  // 2 x^2 at x = 3: with the direction 12, the rate 1/2 leads to x = -3.
  expect(criticalRate(parabola, parabola.gradient)).toBeCloseTo(0.5, 12);
  const y = variable(tensor(Float64Array.of(3)));
  const falling = landscape([y], y.square().neg().sum());
  expect(criticalRate(falling, falling.gradient)).toBe(Number.POSITIVE_INFINITY);
});

const choice: NetworkChoice = {
  ...{ degree: 3, hidden: 6, depth: 2, basis: "monomial", squash: "none", initialiser: "article", bias: "edges" },
};

test("the tolerated rate is the last power of 2 before the loss rises", () => {
  const network = makeNetwork(choice, new Random(0));
  const pixels = Float32Array.from(draw(196 * 8), (value) => value * value);
  const batch = { inputs: tensor(pixels).reshape([8, 196]), labels: Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]) };
  const at = landscapeOf(network, batch);
  const direction = firstStep(network, at);
  const before = network.parameters().map(({ value }) => value.toArray());
  const rate = toleratedRate(network, batch, direction);
  expect(network.parameters().map(({ value }) => value.toArray())).toEqual(before);
  expect(Math.log2(rate)).toBe(Math.round(Math.log2(rate)));
  const lossAfter = (step: number) => {
    const moved = makeNetwork(choice, new Random(0));
    let place = 0;
    for (const { value } of moved.parameters()) {
      const part = tensor(Float32Array.from(direction.subarray(place, place + value.size), (d) => step * d));
      value.assign(value.sub(part.reshape(value.shape)));
      place += value.size;
    }
    return landscapeOf(moved, batch).loss;
  };
  expect(lossAfter(rate)).toBeLessThanOrEqual(at.loss);
  expect(lossAfter(2 * rate)).toBeGreaterThan(at.loss);
  // The steps of all degrees, and of the norm, are parts of the whole step.
  const parts = [0, 1, 2, 3].map((degree) => firstStep(network, at, degree));
  const moving = parts.map((part) => part.filter((value) => value !== 0).length);
  expect(Math.max(...moving)).toBeLessThanOrEqual(196 * 6 + 6 * 10);
  for (const [i, value] of direction.entries()) {
    const together = parts.reduce((sum, part) => sum + part[i], 0);
    if (together !== 0) expect(together).toBe(value);
  }
});

test("batches that are alike have no noise", () => {
  const network = makeNetwork(choice, new Random(0));
  const batch = { inputs: zeros([4, 196]).add(0.5), labels: Uint8Array.from([0, 1, 2, 3]) };
  expect(noiseOf(network, [batch, batch, batch])).toBe(0);
});
