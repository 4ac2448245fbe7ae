/** Averages of weights: PyTorch's figures, evaluation with them, their state, and what is refused. */
import { capture, variable } from "@polygrad/autograd";
import { pin, pinned, tensor, toFloat64 } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { SGD, WeightAverage } from "../../src/index.ts";
import { averages } from "../figures.ts";
import { kinds, under } from "../kernel-kinds.ts";
import { refusal } from "../refusal.ts";

const values = averages.values.map((value) => tensor(value, { dtype: "float64" }));

describe.each(kinds)("PyTorch's averages, with %s kernels", (kind) => {
  test.each(averages.cases)("$name", ({ decay, averages }) => {
    under(kind, () => {
      const exact = variable(toFloat64(values[0]));
      const transposed = variable(pinned([3, 2]).transpose());
      const average = new WeightAverage([exact, transposed], { decay });
      expect(average.values.map((value) => value.abs().sum().item())).toEqual([0, 0]);
      for (const [step, value] of values.entries()) {
        exact.value.assign(value);
        transposed.value.assign(value);
        average.update();
        const wanted = tensor(averages[step], { dtype: "float64" });
        expect(average.values[0].allClose(wanted, { relative: 1e-13, absolute: 1e-15 })).toBe(true);
        expect(toFloat64(average.values[1]).allClose(wanted, { relative: 1e-6, absolute: 1e-6 })).toBe(true);
      }
      expect(average.updates).toBe(values.length);
    });
  });
});

test("the decay is 0.999 by default, and a parameter that does not change is its own average, bit for bit", () => {
  const [p, still] = [variable([1]), variable([0.1, 0.7, 1e-30])];
  const average = new WeightAverage([p, still]);
  average.update();
  p.value.assign(tensor([2]));
  for (let k = 0; k < 100; k++) average.update();
  expect(average.values[0].item()).toBeCloseTo(2 - 0.999 ** 100, 5);
  expect(average.values[1].equals(still.value)).toBe(true);
});

describe("evaluation", () => {
  const averaged = () => {
    const p = variable(pin(tensor([1, 2])));
    const average = new WeightAverage([p], { decay: 0.5 });
    average.update();
    p.value.assign(tensor([3, 6]));
    average.update();
    return { p, average };
  };

  test("with the averages in place of the parameters, which come back afterwards, also if it fails", () => {
    const { p, average } = averaged();
    const { value } = p;
    expect(average.applied(() => p.value.toArray())).toEqual([2, 4]);
    expect([p.value.toArray(), average.values[0].toArray()]).toEqual([
      [3, 6],
      [2, 4],
    ]);
    const fail = () => {
      throw new RangeError("no");
    };
    expect(() => average.applied(fail)).toThrow("no");
    expect([p.value, p.value.toArray()]).toEqual([value, [3, 6]]);
    expect(() => average.applied(async () => {})).toThrow(/asynchronous; swap\(\) before and after it/);
    expect(p.value.toArray()).toEqual([3, 6]);
  });

  test("between two swaps, in which nothing else is possible", () => {
    const { p, average } = averaged();
    average.swap();
    expect([p.value.toArray(), average.values[0].toArray()]).toEqual([
      [2, 4],
      [3, 6],
    ]);
    for (const call of [
      () => average.update(),
      () => average.stateDict(),
      () => average.loadStateDict({}),
      () => average.applied(() => 0),
    ])
      expect(refusal(call)).toMatch(/^ValueError: WeightAverage\.\w+: the parameters hold the averages; swap\(\) them/);
    average.swap();
    expect(average.updates).toBe(2);
    average.update();
  });

  test("is refused before the first update", () => {
    const average = new WeightAverage([variable(1)]);
    expect(refusal(() => average.applied(() => 0))).toMatchInlineSnapshot(
      `"ValueError: WeightAverage.swap: there is no average yet; call update() after a step"`,
    );
    expect(refusal(() => average.swap())).toMatch(/^ValueError/);
  });
});

test("the state goes through JSON, and the average goes on with the same bits", () => {
  const run = (at: number) => {
    const p = variable(pinned([3, 2]).transpose());
    let average = new WeightAverage([p], { decay: 0.9 });
    for (const [step, value] of values.entries()) {
      if (step === at) {
        const state = JSON.stringify(average.stateDict());
        average = new WeightAverage([p], { decay: 0.9 });
        average.loadStateDict(JSON.parse(state));
      }
      p.value.assign(value);
      average.update();
    }
    return average.stateDict();
  };
  const whole = JSON.stringify(run(-1));
  for (const at of [0, 1, 7]) expect(JSON.stringify(run(at))).toBe(whole);
  expect(Object.entries(run(-1)).map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
    ["updates", "float64", []],
    ["0.average", "float32", [2, 3]],
  ]);
});

test("in a captured step, every replay updates", () => {
  const run = (isCaptured: boolean) => {
    const p = variable(pin(tensor([1, -2])));
    const [optimiser, average] = [new SGD([p], { learningRate: 0.1 }), new WeightAverage([p], { decay: 0.7 })];
    const step = () => {
      p.square().sum().backward();
      optimiser.step();
      optimiser.zeroGrad();
      average.update();
    };
    const captured = capture(step);
    for (let k = 0; k < 6; k++) (isCaptured ? captured : step)();
    if (isCaptured) expect(captured.explain()).toBe("captured");
    return [average.updates, average.values[0].toArray()];
  };
  expect(run(true)).toEqual(run(false));
});

test("refuses what cannot be averaged, and says why", () => {
  const p = variable([1, 2]);
  expect(refusal(() => new WeightAverage([p, p]))).toMatchInlineSnapshot(
    `"ValueError: WeightAverage: parameters 0 and 1 are the same variable; pass each once: [...new Set(parameters)]"`,
  );
  expect(refusal(() => new WeightAverage([p.mul(2)]))).toMatchInlineSnapshot(
    `"ValueError: WeightAverage: parameter 0 of shape [2] was computed from other variables; pass those, the leaves, made with variable(...)"`,
  );
  expect(refusal(() => new WeightAverage([p], { decay: 1 }))).toMatchInlineSnapshot(
    `"ValueError: WeightAverage: decay must lie in [0, 1), got 1"`,
  );
  const average = new WeightAverage([p]);
  expect(refusal(() => average.loadStateDict({ updates: tensor(1) }))).toMatchInlineSnapshot(
    `"ValueError: WeightAverage.loadStateDict: missing 0.average; make the average of the same parameters"`,
  );
  const state = { updates: tensor(0.5), "0.average": tensor([1, 2]) };
  expect(refusal(() => average.loadStateDict(state))).toMatchInlineSnapshot(
    `"ValueError: WeightAverage.loadStateDict: updates must be an integer from 0 up, got 0.5"`,
  );
});
