/** Precision: parameters in float64 are stepped in float64, and their states are float64 too. */
import { variable } from "@polygrad/autograd";
import { ones, tensor, toFloat64 } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Adam, SGD } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { Watching } from "./watching.ts";

describe("parameters in float64", () => {
  const doubles = (...values: number[]) => variable(Float64Array.from(values));

  test("are stepped in float64: no update is rounded to float32", () => {
    const p = doubles(1);
    p.grad = tensor(Float64Array.of(2));
    new SGD([p], { learningRate: 0.01 }).step();
    expect(p.value.toArray()).toEqual([0.98]);
    const narrow = variable([1]);
    narrow.grad = tensor([2]);
    new SGD([narrow], { learningRate: 0.01 }).step();
    expect(narrow.value.toArray()).toEqual([Math.fround(0.98)]);
  });

  test("follow the equations in plain arithmetic, states included", () => {
    const [decay, momentum, rate] = [0.1, 0.9, 0.01];
    const [ball, adam] = [doubles(0.3, -0.7), doubles(0.3, -0.7)];
    const optimisers = [
      new SGD([ball], { learningRate: rate, momentum, weightDecay: decay }),
      new Adam([adam], { learningRate: rate }),
    ];
    const [byHand, moments] = [
      [0.3, -0.7],
      [0.3, -0.7],
    ];
    const [velocity, mean, square] = [
      [0, 0],
      [0, 0],
      [0, 0],
    ];
    for (let step = 1; step <= 5; step++) {
      const gradient = [0.1 * step, -0.03 * step];
      for (const p of [ball, adam]) p.grad = tensor(Float64Array.from(gradient));
      for (const optimiser of optimisers) optimiser.step();
      for (const [k, g] of gradient.entries()) {
        velocity[k] = momentum * velocity[k] + (g + decay * byHand[k]);
        byHand[k] -= rate * velocity[k];
        mean[k] = 0.9 * mean[k] + 0.1 * g;
        square[k] = 0.999 * square[k] + 0.001 * g * g;
        const scale = Math.sqrt(square[k] / (1 - 0.999 ** step)) + 1e-8;
        moments[k] -= (rate * (mean[k] / (1 - 0.9 ** step))) / scale;
      }
    }
    const close = (wanted: number[]) => ({
      value: tensor(Float64Array.from(wanted)),
      tolerance: { relative: 1e-14, absolute: 0 },
    });
    for (const [p, wanted] of [
      [ball, close(byHand)],
      [adam, close(moments)],
    ] as const)
      expect(p.value.allClose(wanted.value, wanted.tolerance)).toBe(true);
  });

  test("take gradients in float32, and parameters in float32 take those in float64", () => {
    const [wide, narrow] = [doubles(1), variable([1])];
    wide.grad = tensor([0.5]);
    narrow.grad = tensor(Float64Array.of(0.1));
    new SGD([wide, narrow], { learningRate: 0.1 }).step();
    expect(wide.value.toArray()).toEqual([1 - 0.1 * 0.5]);
    const rounded = Math.fround(Math.fround(0.1) * Math.fround(0.1));
    expect(narrow.value.toArray()).toEqual([Math.fround(1 - rounded)]);
    expect([wide.value.data.constructor, narrow.value.data.constructor]).toEqual([Float64Array, Float32Array]);
  });

  test("may be mixed with parameters in float32", () => {
    const [a, b, c] = [doubles(1, 2), variable([3]), doubles(4)];
    const optimiser = new SGD([a, b, c], { learningRate: 0.25, momentum: 0.5 });
    const watching = new Watching([a, b, c]);
    for (let step = 0; step < 2; step++) {
      optimiser.zeroGrad();
      for (const parameter of [a, b, c]) parameter.mul(parameter).sum().backward();
      optimiser.step();
    }
    // g = 2 p, so the first step takes half of p; the second velocity is p + p, so the next takes the other half.
    expect([a, b, c].map(({ value }) => value.toArray())).toEqual([[0, 0], [0], [0]]);
    expect([a.value.data.constructor, b.value.data.constructor]).toEqual([Float64Array, Float32Array]);
    expect(watching.steppedOnce()).toEqual([0, 1, 2].map((k) => [k, 0]));
    expect(watching.seen.map(({ states }) => states[0].data.constructor)).toEqual([
      Float64Array,
      Float32Array,
      Float64Array,
    ]);
  });
});

test("an optimiser may have 16 states, each with one axis and in the precision of the parameter", () => {
  const parameter = variable(toFloat64(ones([2, 3])));
  parameter.grad = toFloat64(ones([2, 3]));
  const watching = new Watching([parameter], 16);
  watching.step();
  const [{ states }] = watching.seen;
  expect(states.map(({ shape }) => shape)).toEqual(Array.from({ length: 16 }, () => [6]));
  expect(states.every(({ data }) => data instanceof Float64Array)).toBe(true);
  expect(refusal(() => new Watching([parameter], 17))).toMatch(/^ValueError: .*at most 16 states, got 17$/);
});
