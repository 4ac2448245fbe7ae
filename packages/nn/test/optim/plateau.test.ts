/** The schedule that falls on a plateau: PyTorch's rates, its state, and what it refuses. */
import { variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { plateau, SGD } from "../../src/index.ts";
import { schedules } from "../figures.ts";
import { refusal } from "../refusal.ts";

test.each(schedules.plateaus)("PyTorch's rates: $name", ({ options, values, rates }) => {
  const schedule = plateau(0.5, options);
  const got = values.map((value) => {
    schedule.report(value);
    return schedule(0);
  });
  for (const [k, rate] of rates.entries()) expect(Math.abs(got[k] - rate)).toBeLessThanOrEqual(1e-14 * rate);
  // PyTorch ignores changes of less than 1e-8, which these rates do not make.
  expect(new Set(rates).size).toBeGreaterThan(2);
});

test.each(schedules.plateaus)("goes on from a state as if it had never been saved: $name", ({ options, values }) => {
  for (const at of [0, 3, 11]) {
    const [whole, first, second] = [plateau(0.5, options), plateau(0.5, options), plateau(7, options)];
    for (const value of values.slice(0, at)) first.report(value);
    second.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())));
    for (const [k, value] of values.entries()) {
      whole.report(value);
      if (k < at) continue;
      second.report(value);
      expect(second(k)).toBe(whole(k));
    }
  }
});

test("is the learning rate of an optimiser", () => {
  const p = variable(1);
  p.grad = tensor(1);
  const schedule = plateau(0.5, { patience: 0, factor: 0.5 });
  const optimiser = new SGD([p], { learningRate: schedule });
  for (const loss of [3, 3]) schedule.report(loss);
  optimiser.step();
  expect([p.item(), optimiser.currentRate]).toEqual([0.75, 0.25]);
  expect(Object.keys(optimiser.stateDict())).not.toContain("groups.0.learningRate");
});

test("a minimum above the rate does not raise it", () => {
  const schedule = plateau(0.5, { patience: 0, minimum: 2 });
  for (const loss of [3, 3]) schedule.report(loss);
  expect(schedule(0)).toBe(0.5);
});

test("refuses options, values and states that are wrong", () => {
  // @ts-expect-error PyTorch's name
  expect(refusal(() => plateau(0.1, { min_lr: 0 }))).toMatchInlineSnapshot(
    `"ArgumentError: plateau: there is no option "min_lr"; the options are mode, factor, patience, threshold, minimum"`,
  );
  expect(refusal(() => plateau(0.1, { patience: 0.5 }))).toMatchInlineSnapshot(
    `"ValueError: plateau: patience must be an integer from 0 up, got 0.5"`,
  );
  expect(refusal(() => plateau(0.1, { factor: 2 }))).toMatchInlineSnapshot(
    `"ValueError: plateau: factor must be a number from 0 to 1, got 2"`,
  );
  expect(refusal(() => plateau(-1))).toMatchInlineSnapshot(
    `"ValueError: plateau: the rate must lie in [0, Infinity), got -1"`,
  );
  const schedule = plateau(0.1);
  expect(refusal(() => schedule.report(Number.NaN))).toMatchInlineSnapshot(
    `"ValueError: plateau: the reported value must be finite, got NaN"`,
  );
  const state = schedule.stateDict();
  expect(refusal(() => schedule.loadStateDict({ ...state, best: tensor(Number.NaN) }))).toMatchInlineSnapshot(
    `"ValueError: plateau.loadStateDict: best must not be NaN"`,
  );
  expect(refusal(() => schedule.loadStateDict({ ...state, extra: tensor(1) }))).toMatchInlineSnapshot(
    `"ValueError: plateau.loadStateDict: unexpected extra; load a state of a plateau"`,
  );
});
