/** Derivatives to second order against central differences, written without the gradient checker, which is under test. */
import { clone, normal, Random, type Tensor, tensor, toFloat64 } from "@polygrad/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { grad, type Variable, variable } from "../src/index.ts";

/** A function, and a point where it is smooth. */
export interface Case {
  readonly f: (...xs: Variable[]) => Variable;
  readonly inputs: readonly Tensor[];
}

/** Random cases for each operation. */
export type Cases = Readonly<Record<string, fc.Arbitrary<Case>>>;

const STEP = 1e-5;

/**
 * What is differentiated is s = <a, y> + <b, y^2> with y = f(x) and random a and b: it is curved even where f is linear,
 * so that the second derivative tests how a rule depends on the gradient it is given.
 */
interface Contraction {
  readonly a: Tensor;
  readonly b: Tensor;
}

const flat = (x: Tensor): number[] => Array.from(clone(x).data);

const like = (x: Tensor, values: readonly number[]): Tensor => tensor(Float64Array.from(values), x.shape);

/** s(x), the contraction in plain arithmetic. */
function valueAt({ f }: Case, { a, b }: Contraction, points: readonly Tensor[]): number {
  const y = flat(f(...points.map((point) => variable(point))).value);
  return y.reduce((sum, v, i) => sum + a.data[i] * v + b.data[i] * v * v, 0);
}

/** The gradients of s by `backward`, with the seed ds/dy = a + 2 b y in plain arithmetic. */
function gradientsAt({ f }: Case, { a, b }: Contraction, points: readonly Tensor[]): number[][] {
  const xs = points.map((point) => variable(point));
  const y = f(...xs);
  y.backward(
    like(
      y.value,
      flat(y.value).map((v, i) => a.data[i] + 2 * b.data[i] * v),
    ),
  );
  for (const x of xs) {
    expect(x.grad?.shape ?? x.shape, "a gradient has the shape of its input").toEqual(x.shape);
    expect(x.grad?.data ?? new Float64Array(), "a gradient has the precision of its input").toBeInstanceOf(
      Float64Array,
    );
  }
  return xs.map((x) => (x.grad === undefined ? flat(x.value).map(() => 0) : flat(x.grad)));
}

/** The second derivative of s in the direction v, by differentiating twice. */
function curvatureAt({ f, inputs }: Case, { a, b }: Contraction, v: readonly Tensor[]): number[][] {
  const which = inputs.map((_, k) => k);
  const s = (...xs: Variable[]) => {
    const y = f(...xs);
    return y.mul(a).sum().add(y.square().mul(b).sum());
  };
  const slope = (...xs: Variable[]) =>
    grad(
      s,
      which,
    )(...xs)
      .map((gradient, k) => gradient.mul(v[k]).sum())
      .reduce((sum, part) => sum.add(part));
  return grad(slope, which)(...inputs).map((x) => flat(x.value));
}

/** Within 1e-6, absolute and relative, and what rounding makes of values as large as `size` divided by the step. */
function expectClose(found: readonly number[], wanted: readonly number[], size: number, what: string): void {
  for (const [i, value] of found.entries()) {
    const allowed = 1e-6 * Math.max(1, Math.abs(wanted[i])) + 1e-9 * size;
    if (!(Math.abs(value - wanted[i]) <= allowed))
      expect.fail(`${what}, element ${i}: the gradient says ${value}, differences say ${wanted[i]}`);
  }
  expect(found.length).toBe(wanted.length);
}

export function expectDerivatives(one: Case): void {
  const random = new Random(1);
  const { shape } = one.f(...one.inputs.map((x) => variable(x))).value;
  const [a, b] = [1, 0.2].map((deviation) => toFloat64(normal(shape, random, 0, deviation)));
  const points = one.inputs.map(toFloat64);
  const gradients = gradientsAt(one, { a, b }, one.inputs);
  const s = Math.abs(valueAt(one, { a, b }, points));
  for (const [k, point] of points.entries()) {
    const moved = (i: number, by: number) => points.with(k, like(point, [...point.data].with(i, point.data[i] + by)));
    const wanted = [...point.data.keys()].map(
      (i) => (valueAt(one, { a, b }, moved(i, STEP)) - valueAt(one, { a, b }, moved(i, -STEP))) / (2 * STEP),
    );
    expectClose(gradients[k], wanted, s, `first derivative with respect to input ${k}`);
  }
  const v = points.map(({ shape }) => toFloat64(normal(shape, random)));
  const along = (by: number) =>
    gradientsAt(
      one,
      { a, b },
      points.map((point, k) =>
        like(
          point,
          flat(point).map((x, i) => x + by * v[k].data[i]),
        ),
      ),
    );
  const [after, before] = [along(STEP), along(-STEP)];
  const steepest = Math.max(0, ...gradients.flat().map(Math.abs));
  for (const [k, found] of curvatureAt(one, { a, b }, v).entries())
    expectClose(
      found,
      after[k].map((g, i) => (g - before[k][i]) / (2 * STEP)),
      steepest,
      `second derivative with respect to input ${k}`,
    );
}

/** One test for each case of a table. */
export function testDerivatives(cases: Cases, numRuns = 40): void {
  test.each(Object.keys(cases))("%s agrees with central differences to second order", (name) => {
    fc.assert(fc.property(cases[name], expectDerivatives), { numRuns });
  });
}

/** Elements as a flat list, for comparisons. */
export const listOf = (x: Variable | Tensor | undefined): number[] =>
  x === undefined ? [] : flat("value" in x ? x.value : x);
