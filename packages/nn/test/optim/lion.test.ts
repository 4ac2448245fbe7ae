/** Lion: the algorithm of its paper in plain arithmetic, the sign of its steps, and what it refuses. */
import { variable } from "@polygrad/autograd";
import { normal, pin, Random, tensor, toFloat64 } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { Lion } from "../../src/index.ts";
import { kinds, under } from "../kernel-kinds.ts";
import { refusal } from "../refusal.ts";
import { moving } from "./steps.ts";

/** Algorithm 2 of Chen et al. 2023 in double precision: the parameters after every step. */
function byHand(start: readonly number[], gradients: readonly (readonly number[])[], rate: number, decay: number) {
  const [b1, b2] = [0.8, 0.95];
  const [p, m] = [[...start], start.map(() => 0)];
  return gradients.map((gradient) =>
    gradient.map((g, k) => {
      const c = b1 * m[k] + (1 - b1) * g;
      p[k] -= rate * (Math.sign(c) + decay * p[k]);
      m[k] = b2 * m[k] + (1 - b2) * g;
      return p[k];
    }),
  );
}

const start = [...normal([7], new Random(1)).data];
/** Of sizes from 1e-3 to 10; the gradient of one element is always 0. */
const gradients = Array.from({ length: 25 }, (_, step) =>
  [...normal([7], new Random(2 + step)).data].map((g, k) => (k === 3 ? 0 : g * 10 ** ((k % 5) - 3))),
);

test.each(kinds)("it follows the paper's algorithm, with %s kernels", (kind) => {
  for (const [isDouble, relative] of [
    [true, 1e-13],
    [false, 1e-5],
  ] as const) {
    const p = variable(isDouble ? toFloat64(tensor(start)) : pin(tensor(start)));
    const optimiser = new Lion([p], { learningRate: 0.01, betas: [0.8, 0.95], weightDecay: 0.3 });
    const wanted = byHand([...toFloat64(p.value).data], gradients, 0.01, 0.3);
    under(kind, () => {
      for (const [step, gradient] of gradients.entries()) {
        p.grad = tensor(Float64Array.from(gradient));
        optimiser.step();
        const now = tensor(Float64Array.from(wanted[step]));
        expect(toFloat64(p.value).allClose(now, { relative, absolute: 1e-7 })).toBe(true);
      }
    });
  }
});

test.each(kinds)(
  "every element moves by the learning rate, but not if its gradient has always been 0, with %s kernels",
  (kind) => {
    under(kind, () => {
      const p = variable([1, 1, 1, 1, 1]);
      p.grad = tensor([1e-30, -1e30, 0, -0, Number.NaN]);
      new Lion([p], { learningRate: 0.25 }).step();
      expect(p.value.toArray()).toEqual([0.75, 1.25, 1, 1, Number.NaN]);
    });
  },
);

test("by default the learning rate is 0.0001, the betas 0.9 and 0.99, and nothing decays", () => {
  const p = moving(1, 0.5);
  const optimiser = new Lion([p]);
  expect([optimiser.currentRate, optimiser.groups[0].options]).toEqual([1e-4, { betas: [0.9, 0.99], weightDecay: 0 }]);
  optimiser.step();
  expect(optimiser.stateDict()["0.momentum"].item()).toBeCloseTo(0.01 * 0.5, 8);
  p.grad = tensor(0);
  new Lion([p], { learningRate: 0.5, weightDecay: 0.5 }).step();
  expect(p.item()).toBeCloseTo((1 - 1e-4) * 0.75, 6);
});

test("refuses settings out of range and misspelt options, and says what arrived", () => {
  const p = [variable(1)];
  expect(refusal(() => new Lion(p, { betas: [0.9, 1] }))).toMatchInlineSnapshot(
    `"ValueError: Lion: the second beta must lie in [0, 1), got 1"`,
  );
  expect(refusal(() => new Lion(p, { weightDecay: -1 }))).toMatchInlineSnapshot(
    `"ValueError: Lion: weightDecay must lie in [0, Infinity), got -1"`,
  );
  // @ts-expect-error Adam's
  expect(refusal(() => new Lion(p, { epsilon: 1e-8 }))).toMatchInlineSnapshot(
    `"ArgumentError: Lion: there is no option "epsilon"; the options are learningRate, betas, weightDecay"`,
  );
});
