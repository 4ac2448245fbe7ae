/** Schedules: against PyTorch, and what they refuse. */
import { variable } from "@polygrad/autograd";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cosine, oneCycle, type Schedule, SGD, stepDecay, warmup } from "../../src/index.ts";
import { oneCycleOf, type ScheduleCase, schedules } from "../figures.ts";
import { refusal } from "../refusal.ts";

function build({ schedule, options }: ScheduleCase): Schedule {
  switch (schedule) {
    case "StepLR":
      return stepDecay(options.lr, { size: options.stepSize, gamma: options.gamma });
    case "CosineAnnealingLR":
      return cosine(options.lr, { steps: options.tMax, minimum: options.etaMin });
    case "OneCycleLR":
      return oneCycleOf(options);
    case "LinearLR":
      return warmup(options.lr, { steps: options.totalIters, start: options.startFactor });
    case "SequentialLR":
      expect(options.milestone).toBe(options.totalIters);
      return warmup(cosine(options.lr, { steps: options.tMax, minimum: options.etaMin }), {
        steps: options.totalIters,
        start: options.startFactor,
      });
  }
}

/** Float64 on both sides, but PyTorch's recurrences collect rounding errors. */
const expectRate = (got: number, wanted: number, step: number): void =>
  expect(Math.abs(got - wanted), `step ${step}: ${got}, but PyTorch says ${wanted}`).toBeLessThanOrEqual(
    1e-9 * wanted + 1e-15,
  );

describe("PyTorch's figures", () => {
  test.each(schedules.cases)("$name", (figure) => {
    const schedule = build(figure);
    for (const [step, rate] of figure.rates.entries()) expectRate(schedule(step), rate, step);
  });

  test("an optimiser that follows a schedule uses the rate of each step", () => {
    const [figure] = schedules.cases;
    const p = variable(0);
    const optimiser = new SGD([p], { learningRate: build(figure) });
    for (const [step, rate] of figure.rates.entries()) {
      expectRate(optimiser.currentRate, rate, step);
      const before = p.item();
      p.grad = variable(1).value;
      optimiser.step();
      expect(before - p.item()).toBeCloseTo(rate, 6);
    }
  });
});

describe("schedules", () => {
  const steps = fc.integer({ min: 2, max: 300 });
  const rates = fc.double({ min: 1e-6, max: 10, noNaN: true });

  test("the defaults are PyTorch's", () => {
    expect(stepDecay(1, { size: 1 })(1)).toBeCloseTo(0.1, 15);
    expect(cosine(1, { steps: 3 })(3)).toBe(0);
    expect(warmup(1, { steps: 3 })(0)).toBeCloseTo(1 / 3, 15);
    expect(oneCycle(1, { steps: 10 })(0)).toBeCloseTo(1 / 25, 15);
    expect(oneCycle(1, { steps: 10 })(9)).toBeCloseTo(1 / 25 / 1e4, 15);
  });

  test("one cycle rises, falls, ends near 0, and never exceeds its maximum", () => {
    fc.assert(
      fc.property(
        rates,
        steps,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom("cosine", "linear"),
        (top, n, rising, anneal) => {
          const all = Array.from({ length: n }, (_, step) => oneCycle(top, { steps: n, rising, anneal })(step));
          const peak = all.indexOf(Math.max(...all));
          expect(all[peak]).toBeLessThanOrEqual(top * (1 + 1e-12));
          for (let k = 1; k < n; k++)
            expect(Math.sign(all[k] - all[k - 1]) * (k <= peak ? 1 : -1)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  test("one step is enough for a cycle", () => {
    for (const rising of [0, 0.3, 1]) expect(oneCycle(1, { steps: 1, rising })(0)).toBeGreaterThan(0);
  });

  test("after the warm-up, the schedule that follows starts at its own step 0", () => {
    fc.assert(
      fc.property(rates, steps, steps, (rate, warm, n) => {
        const then = cosine(rate, { steps: n });
        const schedule = warmup(then, { steps: warm, start: 0.5 });
        for (let k = 0; k < n; k++) expect(schedule(warm + k)).toBe(then(k));
        expect(schedule(0)).toBe(0.5 * rate);
      }),
    );
  });
});

describe("schedules refuse", () => {
  test.each([0, -3, 2.5, Number.NaN, Number.POSITIVE_INFINITY])("%d steps", (steps) => {
    for (const call of [
      () => stepDecay(1, { size: steps }),
      () => cosine(1, { steps }),
      () => warmup(1, { steps }),
      () => oneCycle(1, { steps }),
    ])
      expect(refusal(call)).toMatch(/^ValueError: \w+: (size|steps) must be a positive integer, got/);
  });

  test("steps that are not whole, a step after the last, and shares outside [0, 1], and say what arrived", () => {
    expect(refusal(() => cosine(1, { steps: 0.5 }))).toMatchInlineSnapshot(
      `"ValueError: cosine: steps must be a positive integer, got 0.5"`,
    );
    expect(refusal(() => oneCycle(1, { steps: 10 })(10))).toMatchInlineSnapshot(
      `"ValueError: oneCycle: step 10 comes after the last of 10 steps; set steps to the length of the training"`,
    );
    expect(refusal(() => oneCycle(1, { steps: 10, rising: 30 }))).toMatchInlineSnapshot(
      `"ValueError: oneCycle: rising must be a number from 0 to 1, got 30"`,
    );
    expect(refusal(() => oneCycle(1, { steps: 10, rising: -0.1 }))).toMatch(/^ValueError/);
    expect(refusal(() => oneCycle(1, { steps: 10, rising: Number.NaN }))).toMatch(/^ValueError/);
  });

  test("options that are missing, unknown or of the wrong kind, and say what arrived", () => {
    // @ts-expect-error the options are missing
    expect(refusal(() => cosine(0.1))).toMatchInlineSnapshot(
      `"ArgumentError: cosine: needs options with steps, got undefined"`,
    );
    // @ts-expect-error the steps are missing
    expect(refusal(() => warmup(0.1, {}))).toMatchInlineSnapshot(
      `"ArgumentError: warmup: steps must be a number, got undefined"`,
    );
    // @ts-expect-error the number of steps is an option
    expect(refusal(() => stepDecay(0.1, 30))).toMatchInlineSnapshot(
      `"ArgumentError: stepDecay: options must be a plain object with any of size, gamma, got 30"`,
    );
    // @ts-expect-error PyTorch's name
    expect(refusal(() => cosine(0.1, { steps: 3, etaMin: 0.01 }))).toMatchInlineSnapshot(
      `"ArgumentError: cosine: there is no option "etaMin"; the options are steps, minimum"`,
    );
    // @ts-expect-error PyTorch's name of the strategy
    expect(refusal(() => oneCycle(0.1, { steps: 3, anneal: "cos" }))).toMatchInlineSnapshot(
      `"ArgumentError: oneCycle: anneal must be "cosine" or "linear", got "cos""`,
    );
    expect(refusal(() => oneCycle(0.1, { steps: 3, endDivisor: 0 }))).toMatchInlineSnapshot(
      `"ValueError: oneCycle: endDivisor must be above 0, got 0"`,
    );
    expect(refusal(() => stepDecay(-0.1, { size: 3 }))).toMatchInlineSnapshot(
      `"ValueError: stepDecay: the rate must lie in [0, Infinity), got -0.1"`,
    );
    expect(refusal(() => warmup(Number.NaN, { steps: 3 }))).toMatchInlineSnapshot(
      `"ValueError: warmup: the rate or schedule that follows must lie in [0, Infinity), got NaN"`,
    );
    // @ts-expect-error neither a rate nor a schedule
    expect(refusal(() => warmup({}, { steps: 3 }))).toMatchInlineSnapshot(
      `"ArgumentError: warmup: the rate or schedule that follows must be a number, got an object"`,
    );
  });

  test("steps that are negative, fractional or NaN", () => {
    for (const schedule of [
      stepDecay(1, { size: 2 }),
      cosine(1, { steps: 2 }),
      warmup(1, { steps: 2 }),
      oneCycle(1, { steps: 2 }),
    ])
      for (const step of [-1, 0.5, Number.NaN])
        expect(refusal(() => schedule(step))).toMatch(/^ValueError: \w+: the step must be an integer from 0 up, got/);
  });

  test("a step after the last, which changes nothing", () => {
    const p = variable(1);
    const optimiser = new SGD([p], { learningRate: oneCycle(1, { steps: 1 }) });
    p.grad = variable(1).value;
    optimiser.step();
    const after = p.item();
    expect(refusal(() => optimiser.step())).toMatch(/^ValueError: oneCycle: step 1 comes after the last of 1 steps/);
    expect([p.item(), optimiser.steps]).toEqual([after, 1]);
  });
});

test("oneCycle with a peak at step 1 starts at the maximum over startDivisor", () => {
  const rate = oneCycle(1, { steps: 4, rising: 0.5, startDivisor: 4, anneal: "linear" });
  expect([0, 1].map(rate)).toEqual([0.25, 1]);
});

test("the error about the rate of cosine names cosine", () => {
  expect(refusal(() => cosine(-1, { steps: 3 }))).toMatch(/^ValueError: cosine: the rate /);
});
