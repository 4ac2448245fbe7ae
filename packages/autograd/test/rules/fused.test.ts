/** Fused operations: their values and gradients against the composites that define them, in both precisions. */
import {
  arange,
  type Basis,
  normal,
  ones,
  pin,
  Random,
  type Squash,
  type Tensor,
  tensor,
  toFloat64,
  transpose,
  uniform,
} from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { type Differentiable, grad, jacobian, rules, type Variable, variable } from "../../src/index.ts";
import { fusedCases } from "../cases/fused.ts";
import { listOf, testDerivatives } from "../differences.ts";

describe("gradients", () => testDerivatives(fusedCases));

const random = new Random(3);
const labels = Int32Array.from({ length: 9 }, (_, b) => (b * 3) % 7);

/** Every basis with and without tanh, but for the powers of x, whose kernels are others. */
const forms: readonly (readonly [Basis, Squash])[] = [
  ["monomial", "tanh"],
  ...(["chebyshev", "legendre", "hermite"] as const).flatMap((basis) =>
    (["none", "tanh"] as const).map((squash) => [basis, squash] as const),
  ),
];

interface Pair {
  readonly name: string;
  readonly fused: Differentiable;
  readonly composite: Differentiable;
  readonly inputs: readonly Tensor[];
}

const pairs: readonly Pair[] = [
  ...[1, 2, 3, 4, 5].map((degree) => ({
    name: `polynomial of degree ${degree}`,
    fused: (x: Variable, w: Variable) => x.polynomial(w),
    composite: (x: Variable, w: Variable) => rules.polynomial.composite(x, w),
    inputs: [uniform([9, 13], random, -1, 1), normal([7, 13, degree + 1], random)],
  })),
  ...[1, 2, 3, 4, 5].map((degree) => ({
    name: `elementwisePolynomial of degree ${degree}`,
    fused: (x: Variable, w: Variable) => x.elementwisePolynomial(w),
    composite: (x: Variable, w: Variable) => rules.elementwisePolynomial.composite(x, w),
    inputs: [uniform([9, 2, 13], random, -1, 1), normal([13, degree + 1], random)],
  })),
  ...forms.flatMap(([basis, squash]) =>
    [1, 2, 3, 4, 5, 6, 20].map((degree) => ({
      name: `polynomial in the basis ${basis}, squash ${squash}, degree ${degree}`,
      fused: (x: Variable, w: Variable) => x.polynomial(w, basis, squash),
      composite: (x: Variable, w: Variable) => rules.polynomial.composite(x, w, basis, squash),
      inputs: [uniform([9, 3], random, -1, 1), normal([7, 3, degree + 1], random)],
    })),
  ),
  ...forms.flatMap(([basis, squash]) =>
    [1, 4, 20].map((degree) => ({
      name: `elementwisePolynomial in the basis ${basis}, squash ${squash}, degree ${degree}`,
      fused: (x: Variable, w: Variable) => x.elementwisePolynomial(w, basis, squash),
      composite: (x: Variable, w: Variable) => rules.elementwisePolynomial.composite(x, w, basis, squash),
      inputs: [uniform([9, 2, 3], random, -1, 1), normal([3, degree + 1], random)],
    })),
  ),
  ...[false, true].map((relu) => ({
    name: `linear${relu ? " with relu" : ""}`,
    fused: (x: Variable, w: Variable, b: Variable) => x.linear(w, b, relu),
    composite: (x: Variable, w: Variable, b: Variable) => rules.linear.composite(x, w, b, relu),
    inputs: [normal([3, 3, 13], random), normal([7, 13], random), normal([7], random)],
  })),
  {
    name: "layerNorm",
    fused: (x, w, b) => x.layerNorm(w, b, 1e-5),
    composite: (x, w, b) => rules.layerNorm.composite(x, w, b, 1e-5),
    inputs: [normal([9, 3, 5], random, 1), normal([3, 5], random), normal([3, 5], random)],
  },
  {
    name: "crossEntropy",
    fused: (x) => x.crossEntropy(labels),
    composite: (x) => rules.crossEntropy.composite(x, labels),
    inputs: [normal([9, 7], random, 0, 3)],
  },
];

/** The value, and the gradients that `backward` computes from a random seed. */
function evaluated(f: Differentiable, inputs: readonly Tensor[]): number[][] {
  const xs = inputs.map((x) => variable(x));
  const y = f(...xs);
  const seed = normal(y.shape, new Random(5));
  y.backward(y.value.data instanceof Float64Array ? toFloat64(seed) : seed);
  return [y, ...xs.map(({ grad }) => grad)].map(listOf);
}

/** The largest difference, relative to the largest value. */
function distance(found: readonly number[], wanted: readonly number[]): number {
  const size = Math.max(...wanted.map(Math.abs));
  expect(found.length).toBe(wanted.length);
  return Math.max(...found.map((value, i) => Math.abs(value - wanted[i]) / size));
}

describe.each(pairs)("$name", ({ fused, composite, inputs }) => {
  test("is its composite in float64, value and gradients", () => {
    const points = inputs.map(toFloat64);
    const wanted = evaluated(composite, points);
    for (const [k, found] of evaluated(fused, points).entries()) expect(distance(found, wanted[k])).toBeLessThan(1e-10);
  });

  // Sums of at most 78 products: 78 roundings of 2^-24 make 5e-6 at worst; those of random signs, far less.
  test("is its composite in float32, but for rounding", () => {
    const wanted = evaluated(composite, inputs.map(toFloat64));
    for (const kind of [inputs, inputs.map(pin)])
      for (const [k, found] of evaluated(fused, kind).entries()) expect(distance(found, wanted[k])).toBeLessThan(5e-6);
  });

  test("has the composite's second derivatives", () => {
    const points = inputs.map(toFloat64);
    const slope = (f: Differentiable) => (x: Variable) =>
      grad((v) =>
        f(v, ...points.slice(1).map((point) => variable(point)))
          .square()
          .sum(),
      )(x)
        .square()
        .sum();
    expect(distance(listOf(grad(slope(fused))(points[0])), listOf(grad(slope(composite))(points[0])))).toBeLessThan(
      1e-10,
    );
  });

  test("gives gradients only to the inputs that require them", () => {
    const all = evaluated(fused, inputs);
    for (const k of inputs.keys()) {
      const xs = inputs.map((x, i) => (i === k ? variable(x) : variable(x).detach()));
      const y = fused(...xs);
      y.backward(normal(y.shape, new Random(5)));
      expect(xs.map((x) => x.grad !== undefined)).toEqual(inputs.map((_, i) => i === k));
      expect(listOf(xs[k].grad)).toEqual(all[k + 1]);
    }
  });
});

test("what is not wanted is not computed", () => {
  const [g, y, x, w, b] = [[2, 4], [2, 4], [2, 3], [4, 3], [4]].map((shape) => ones(shape));
  const [no, yes] = [undefined, {}];
  expect(rules.linear.backward([no, yes, no], g, y, x, w, b).map((d) => d?.shape)).toEqual([
    undefined,
    [4, 3],
    undefined,
  ]);
  const [poly, own] = [ones([4, 3, 3]), ones([3, 3])];
  expect(rules.polynomial.backward([yes, no], g, y, x, poly).map((d) => d?.shape)).toEqual([[2, 3], undefined]);
  expect(rules.polynomial.backward([no, yes], g, y, x, poly).map((d) => d?.shape)).toEqual([undefined, [4, 3, 3]]);
  for (const [wanted, shapes] of [
    [
      [yes, no],
      [[2, 3], undefined],
    ],
    [
      [no, yes],
      [undefined, [3, 3]],
    ],
  ] as const)
    expect(rules.elementwisePolynomial.backward(wanted, x, x, x, own).map((d) => d?.shape)).toEqual(shapes);
});

test("linear with relu has the bits of the pair, value and gradients, also where sums are 0, NaN or infinite", () => {
  const special = [0, -0, 1, -1, 2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  const inputs = [tensor(special).reshape([8, 1]), tensor([[1], [-1], [0.5]]), tensor([-1, 1, 0])];
  const drawn = [normal([300, 13], random), normal([7, 13], random), normal([7], random)];
  for (const points of [inputs, drawn, drawn.map(pin), drawn.map(toFloat64)])
    expect(evaluated((x, w, b) => x.linear(w, b, true), points)).toEqual(
      evaluated((x, w, b) => x.linear(w, b).relu(), points),
    );
});

test("inputs may be views, and weights lie either way", () => {
  const x = transpose(normal([13, 9], random));
  const weight = normal([7, 4, 13], random).permute([0, 2, 1]);
  const plain = evaluated((a, w) => a.polynomial(w), [x.clone(), weight.clone()]);
  expect(evaluated((a, w) => a.polynomial(w), [x, weight])).toEqual(plain);
});

test("a second derivative does not depend on inputs that are constant", () => {
  const f: Differentiable = (w) =>
    variable(ones([2, 3]))
      .detach()
      .linear(w, ones([1]))
      .square()
      .sum();
  const slope = jacobian((w) => grad(f)(w))(arange(3).reshape([1, 3]));
  expect(slope.requiresGrad).toBe(false);
  expect(listOf(slope)).toEqual(Array(9).fill(4));
});
