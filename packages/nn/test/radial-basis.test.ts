/** The layer of Gaussians: its definition, its start, and what it refuses. (Gradients: gradients.test.ts.) */
import { normal, Random, type Tensor, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { RadialBasis } from "../src/index.ts";
import { kinds, under } from "./kernel-kinds.ts";
import { refusal } from "./refusal.ts";

const at = (x: Tensor, ...index: number[]): number => index.reduce((part, i) => part.select(0, i), x).item();

describe.each(kinds)("with %s kernels", (kind) => {
  test.each([
    { centres: 8, base: true },
    { centres: 3, range: [-1, 2] as const, base: false },
  ])("y = sum_i (v silu(x) + sum_k w exp(-((x - c_k) / h)^2)), %o", (options) => {
    const random = new Random(3);
    const layer = new RadialBasis(4, 3, { ...options, random });
    const x = normal([5, 2, 4], random);
    const y = under(kind, () => layer.forward(x).value);
    expect(y.shape).toEqual([5, 2, 3]);
    const [low, high] = options.range ?? [-2, 2];
    const h = (high - low) / (options.centres - 1);
    for (const [b, o] of [
      [0, 0],
      [4, 2],
      [2, 1],
    ]) {
      let wanted = 0;
      for (let i = 0; i < 4; i++) {
        const value = at(x, b, 1, i);
        if (layer.baseWeight) wanted += (at(layer.baseWeight.value, o, i) * value) / (1 + Math.exp(-value));
        for (let k = 0; k < options.centres; k++)
          wanted += at(layer.weight.value, o, i, k) * Math.exp(-(((value - low - k * h) / h) ** 2));
      }
      expect(at(y, b, 1, o)).toBeCloseTo(wanted, 5);
    }
  });
});

test("the Gaussians of an output start with a variance of 1", () => {
  const layer = new RadialBasis(50, 400, { random: new Random(1), base: false });
  for (const value of [-1.5, 0, 0.3, 1.2]) {
    const x = tensor(new Float32Array(50).fill(value), [1, 50]);
    // The mean of 400 squares errs by 0.07.
    expect(Math.abs(layer.forward(x).value.square().mean().item() - 1)).toBeLessThan(0.25);
  }
  expect([layer.weight.shape, layer.baseWeight, new RadialBasis(2, 3).baseWeight?.shape]).toEqual([
    [400, 50, 8],
    undefined,
    [3, 2],
  ]);
});

test("refusals", () => {
  expect(
    [
      () => new RadialBasis(1, 0),
      () => new RadialBasis(1, 1, { centres: 1 }),
      () => new RadialBasis(1, 1, { range: [2, 1] }),
      // @ts-expect-error misspelt
      () => new RadialBasis(1, 1, { grid: 3 }),
      () => new RadialBasis(3, 1).forward(tensor([[1, 2]])),
    ].map(refusal),
  ).toMatchInlineSnapshot(`
    [
      "ValueError: RadialBasis: outputs must be a positive integer, got 0",
      "ValueError: RadialBasis: centres must be an integer from 2 up, got 1",
      "ValueError: RadialBasis: range must ascend, got [2, 1]",
      "ArgumentError: RadialBasis: there is no option "grid"; the options are centres, range, base, random",
      "ShapeError: RadialBasis: needs [..., 3], got [1, 2]",
    ]
  `);
});
