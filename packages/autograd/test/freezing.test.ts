/** Frozen leaves: what `requiresGrad = false` does to gradients, records, derivatives and captured steps. */
import { pin, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { capture, constant, GradientError, grad, gradients, variable } from "../src/index.ts";

describe("a frozen leaf", () => {
  test("is still a leaf, and gets no gradient until it is unfrozen; the others get theirs", () => {
    const [w, x] = [variable([1, 2]), variable([3, 4])];
    w.requiresGrad = false;
    expect([w.isLeaf, w.requiresGrad]).toEqual([true, false]);
    w.mul(x).sum().backward();
    expect([w.grad, x.grad?.toArray()]).toEqual([undefined, [1, 2]]);
    w.requiresGrad = true;
    w.mul(x).sum().backward();
    expect([w.grad?.toArray(), x.grad?.toArray()]).toEqual([
      [3, 4],
      [2, 4],
    ]);
  });

  test("drops the gradient that it had", () => {
    const w = variable(3);
    w.square().backward();
    w.requiresGrad = false;
    expect(w.grad).toBeUndefined();
    w.requiresGrad = true;
    w.square().backward();
    expect(w.grad?.item()).toBe(6);
  });

  test("makes a result of nothing else a constant, which has no backward pass", () => {
    const w = variable(3);
    w.requiresGrad = false;
    const y = w.square();
    expect([y.requiresGrad, y.isLeaf, y.node]).toEqual([false, false, undefined]);
    expect(() => y.backward()).toThrow(GradientError);
  });

  test("gets no gradient from a record of when it was not frozen", () => {
    const [w, x] = [variable(2), variable(5)];
    const y = w.mul(x).add(w.square());
    w.requiresGrad = false;
    y.backward();
    expect([w.grad, x.grad?.item()]).toEqual([undefined, 2]);
  });

  test("gets none from a record of when it was frozen: w * w was not recorded, so its gradient would be 5, not 9", () => {
    const [w, x] = [variable(2), variable(5)];
    w.requiresGrad = false;
    const y = w.mul(x).add(w.square());
    w.requiresGrad = true;
    y.backward();
    expect([w.grad, x.grad?.item()]).toEqual([undefined, 2]);
  });

  test("can be differentiated with respect to by functions, but not found among the gradients of a result", () => {
    const w = variable(3);
    w.requiresGrad = false;
    expect(grad((v) => v.square())(w).item()).toBe(6);
    const x = variable(2);
    expect(() => gradients(w.mul(x), [w])).toThrow(GradientError);
    expect(gradients(w.mul(x), [x])[0].item()).toBe(3);
  });
});

test("only leaves can be frozen: constants, results and used results say what to do", () => {
  const [w, used] = [variable(2), variable(2).square()];
  used.backward();
  const set = (x: { requiresGrad: boolean }, on: boolean) => () => {
    x.requiresGrad = on;
  };
  for (const on of [true, false]) {
    expect(set(constant(1), on)).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: requiresGrad: a constant has no gradient; make a leaf from its value with variable(...)]`,
    );
    for (const result of [w.square(), used])
      expect(set(result, on)).toThrowErrorMatchingInlineSnapshot(
        `[GradientError: requiresGrad: this variable was computed from others; set it for those, or detach() this one]`,
      );
  }
  expect(() => Object.assign(w, { requiresGrad: 0 })).toThrow(/^Variable: requiresGrad must be true or false, got 0$/);
});

describe("a captured step", () => {
  /** The gradients of w x + w^2 in calls with these states of w, and whether each call was a replay. */
  function run(frozen: readonly boolean[], isCaptured: boolean) {
    const [w, x] = [variable(pin(tensor([2, 3]))), variable(pin(tensor([5, 7])))];
    const step = () => void w.mul(x).add(w.square()).sum().backward();
    const captured = capture(step);
    return frozen.map((isFrozen) => {
      w.requiresGrad = !isFrozen;
      w.zeroGrad();
      x.zeroGrad();
      (isCaptured ? captured : step)();
      return { w: w.grad?.toArray(), x: x.grad?.toArray(), how: isCaptured ? captured.explain() : "" };
    });
  }

  test("notices that a leaf is frozen or unfrozen between calls, and has a tape for either", () => {
    const frozen = [false, false, false, true, true, true, false, true];
    const [wanted, got] = [run(frozen, false), run(frozen, true)];
    expect(got.map(({ w, x }) => [w, x])).toEqual(wanted.map(({ w, x }) => [w, x]));
    expect(wanted[3].w).toBeUndefined();
    expect(got.map(({ how }) => how === "captured")).toEqual([false, false, true, false, false, true, true, true]);
  });

  test("freezes again what the step freezes", () => {
    const [w, x] = [variable(pin(tensor([2, 3]))), variable(pin(tensor([5, 7])))];
    const step = capture(() => {
      w.requiresGrad = true;
      w.zeroGrad();
      w.mul(x).sum().backward();
      const slope = w.grad?.sum();
      w.requiresGrad = false;
      return slope ?? tensor([0]);
    });
    for (let k = 0; k < 4; k++) {
      expect(step().item()).toBe(12);
      expect([w.requiresGrad, w.grad]).toEqual([false, undefined]);
    }
    expect(step.explain()).toBe("captured");
  });

  test("returns a frozen leaf that it has made", () => {
    const x = pin(tensor([1, 2]));
    const step = capture(() => {
      const made = variable(x.mul(2));
      made.requiresGrad = false;
      return made;
    });
    for (let k = 0; k < 3; k++) expect([step().isLeaf, step().requiresGrad]).toEqual([true, false]);
    expect(step.explain()).toBe("captured");
  });
});
