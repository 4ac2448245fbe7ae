/** Sorting, generators, derivatives and datasets at the edges of what is allowed, with the results written out. */
import * as polygrad from "polygrad";
import { Random, tensor, variable, zeros } from "polygrad";
import { expect, test } from "vitest";

const matrix = () =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
const infinity = Number.POSITIVE_INFINITY;

test("order: NaN, ties, scalars and empty lines", () => {
  const x = tensor([2, Number.NaN, 1, 2]);
  expect([...x.argmax(), ...x.argmin()]).toEqual([1, 1]);
  expect([...tensor(5).argmax(), ...tensor([3, 3]).argmax(-1)]).toEqual([0, 0]);
  expect([...x.argsort()]).toEqual([2, 0, 3, 1]);
  expect([...x.argsort(0, {})]).toEqual([2, 0, 3, 1]);
  expect([...x.argTopK(0), ...zeros([0]).argsort()]).toEqual([]);
  expect(() => zeros([0]).argmax()).toThrow(polygrad.ShapeError);
  expect([
    x.equals(x),
    tensor([0]).equals(tensor([-0])),
    zeros([0]).equals(zeros([0])),
    zeros([0]).equals(zeros([0, 1])),
  ]).toEqual([false, true, true, false]);
  expect([tensor([1]).allClose(tensor([1.5]), { absolute: infinity }), zeros([0]).allClose(tensor([1]))]).toEqual([
    true,
    true,
  ]);
});

test("generators at the ends of their ranges", () => {
  const random = new Random(Number.MAX_SAFE_INTEGER);
  expect([
    random.below(1),
    random.bernoulli(0),
    random.bernoulli(1),
    ...random.permutation(0),
    ...random.permutation(1),
  ]).toEqual([0, false, true, 0]);
  expect(random.below(2 ** 32)).toBeLessThan(2 ** 32);
  expect(Random.fromState(random.state).uint32()).toBe(random.clone().uint32());
});

test("derivatives: numbers, scalars, no arguments chosen", () => {
  const cube = (x: polygrad.Variable) => x.mul(x).mul(x);
  expect(polygrad.grad(cube)(2).item()).toBe(12);
  expect(polygrad.grad(cube, -0)(tensor(2)).item()).toBe(12);
  expect(polygrad.grad(cube, [])(2)).toEqual([]);
  expect(polygrad.jacobian(cube, undefined)(2).item()).toBe(12);
  expect(polygrad.hessian(cube)(2).item()).toBe(12);
  expect(
    polygrad
      .vjp(cube, 2)[1](0.5)
      .map((g) => g.item()),
  ).toEqual([6]);
  expect(polygrad.jvp(cube, [2], [-1]).map((y) => y.item())).toEqual([8, -12]);
  expect(polygrad.jacobian((x) => x.mul(2))(zeros([0])).shape).toEqual([0, 0]);
  expect(polygrad.checkGradients(cube, [tensor(2)], {})).toBeLessThan(1e-6);
  const x = variable(3);
  cube(x).backward(undefined, {});
  expect(x.grad?.item()).toBe(27);
});

test("datasets: the smallest parts and the largest batches", () => {
  const all = new polygrad.TensorDataset(matrix(), [1, 0], 2 ** 31);
  const batches = [
    ...new polygrad.DataLoader(all, { batchSize: Number.MAX_SAFE_INTEGER, seed: Number.MAX_SAFE_INTEGER }),
  ];
  expect(batches.map(({ labels, indices }) => [[...labels], [...indices]])).toEqual([
    [
      [1, 0],
      [0, 1],
    ],
  ]);
  expect([...polygrad.subset(all, [1, 1]).labels]).toEqual([0, 0]);
  expect(polygrad.randomSplit(all, [1]).map(({ length }) => length)).toEqual([2]);
  expect(
    polygrad
      .randomSplit(all, [1, 1])
      .flatMap(({ labels }) => [...labels])
      .sort(),
  ).toEqual([0, 1]);
  expect([...new polygrad.DataLoader(all, { batchSize: 1 }).order(2 ** 20)]).toEqual([0, 1]);
  const scalars = polygrad.encodeIdx({ shape: [0], data: new Float64Array(0) });
  expect(polygrad.parseIdx(scalars).shape).toEqual([0]);
});
