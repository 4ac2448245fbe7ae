/** What a replay depends on: where it differs from the taped run, the step runs again; never does a replay give less. */
import { assign, clone, pin, Tensor, tensor, useKernels } from "@polygrad/tensor";
import { partOf, Workspace } from "@polygrad/tensor/internal";
import { afterEach, describe, expect, test } from "vitest";
import { heap } from "../../../tensor/src/memory/heap.ts";
import { capture, noGrad, type Variable, variable } from "../../src/index.ts";

afterEach(() => useKernels("simd"));

const leaf = () => variable(pin(tensor([1, -2, 3])));
const TAPED = "runs as usual, because it is being taped";

/** A captured step that adds the gradient of sum(w^2 x) to that of w, and returns the sum. */
function squares(w: Variable) {
  return capture((x: Tensor) => {
    const y = w.square().mul(x).sum();
    y.backward();
    return y;
  });
}

describe("a replay is refused, and the step taped again, when", () => {
  test("a gradient is to be added to, not set", () => {
    const w = leaf();
    const step = squares(w);
    const sums: unknown[] = [];
    for (let k = 0; k < 9; k++) {
      if (k % 3 === 0) w.zeroGrad();
      step(tensor([1, 1, 1]));
      sums.push(w.grad?.toArray(), step.explain());
    }
    const [one, two, three] = [
      [2, -4, 6],
      [4, -8, 12],
      [6, -12, 18],
    ];
    const taped = [one, TAPED, two, TAPED, three];
    expect(sums.slice(0, 5)).toEqual(taped);
    expect(sums.slice(-6)).toEqual([one, "captured", two, "captured", three, "captured"]);
  });

  test("a variable has another value or gradient buffer", () => {
    const w = leaf();
    const step = squares(w);
    for (let k = 0; k < 4; k++) {
      w.zeroGrad();
      step(tensor([1, 1, 1]));
    }
    expect(step.explain()).toBe("captured");
    w.value = pin(tensor([10, 20, 30]));
    w.zeroGrad();
    expect(step(tensor([1, 1, 1])).item()).toBe(1400);
    expect(step.explain()).toBe(TAPED);
    const home = pin(tensor([0, 0, 0]));
    w.gradBuffer = home;
    w.zeroGrad();
    step(tensor([1, 0, 1]));
    expect(home.toArray()).toEqual([20, 0, 60]);
    expect(w.grad).toBe(home);
  });

  test("shapes, strides, memory or the kind of an argument differ; a last smaller batch does not undo the others", () => {
    const step = capture((x: Tensor) => x.mul(2).sum(0));
    const wide = pin(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ]),
    );
    const forms = [
      () => wide,
      () => wide.transpose(),
      () => clone(wide),
      () => wide.slice(0, 1),
      () => wide.slice(0, 0, 2),
    ];
    const sums = forms.map((form) => form().mul(2).sum(0).toArray());
    const explanations: string[] = [];
    for (let k = 0; k < 4; k++)
      for (const [n, form] of forms.entries()) {
        expect(step(form()).toArray()).toEqual(sums[n]);
        explanations.push(step.explain());
      }
    expect(explanations).toEqual([...new Array(10).fill(TAPED), ...new Array(10).fill("captured")]);
  });

  test("a number among the arguments differs", () => {
    const step = capture((x: Tensor, factor: number) => x.mul(factor));
    const [x, values] = [pin(tensor([1, 2])), [2, 3, 2, 3, 2, 3, 0, -0]];
    expect(values.map((factor) => step(x, factor).toArray())).toEqual(values.map((factor) => [factor, 2 * factor]));
  });

  test("recording is off, or the plain kernels are in use", () => {
    const w = leaf();
    const step = capture((x: Tensor) => w.mul(x).sum().detach());
    const x = pin(tensor([1, 2, 3]));
    for (let k = 0; k < 3; k++) step(x);
    expect(step.explain()).toBe("captured");
    noGrad(() => step(x));
    expect(step.explain()).toBe(TAPED);
    useKernels("plain");
    expect(step(x).item()).toBe(6);
    expect(step.explain()).toBe("runs as usual, because the plain kernels are in use");
  });

  test("it uses borrowed memory that is no longer lent", () => {
    const workspace = new Workspace();
    let borrowed = workspace.run(() => tensor([1, 2, 3]).add(1));
    const step = capture((x: Tensor) => borrowed.mul(x).sum());
    for (let k = 0; k < 5; k++) {
      borrowed = workspace.run(() => tensor([1, 2, 3]).add(k));
      expect(step(tensor([1, 1, 1])).item()).toBe(6 + 3 * k);
    }
  });
});

describe("arguments", () => {
  test("are not confused with the same tensor that the step reaches in another way", () => {
    const first = tensor([1, 2, 3]);
    const step = capture((x: Tensor) => x.sub(first).sum());
    expect([first, first, tensor([2, 3, 4]), tensor([3, 4, 5])].map((x) => step(x).item())).toEqual([0, 0, 3, 6]);
    expect(step.explain()).toBe("captured");
  });

  test("that are the same tensor twice are told from two tensors", () => {
    const step = capture((a: Tensor, b: Tensor) => a.sub(b).sum());
    const [a, b] = [tensor([1, 2]), tensor([5, 5])];
    for (let k = 0; k < 3; k++) expect(step(a, a).item()).toBe(0);
    for (let k = 0; k < 3; k++) expect(step(a, b).item()).toBe(-7);
  });

  test("may be written over between calls, and so may ordinary tensors that the step reads", () => {
    const [x, own] = [new Float32Array([1, 2]), new Float32Array([1, 1])];
    const [given, read] = [tensor(x), tensor(own)];
    const step = capture((a: Tensor) => a.mul(read).sum());
    for (let k = 0; k < 5; k++) {
      x[0] = k;
      own[1] = 10 * k;
      expect(step(given).item()).toBe(k + 20 * k);
    }
    expect(step.explain()).toBe("captured");
  });

  test("of other kinds are refused", () => {
    const step = capture((batch: object) => batch);
    expect(() => step({ inputs: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: capture: argument 0 of the step must be a tensor, a Uint8Array, an Int32Array, a number or a text, got an object; pass a batch as batch.inputs and batch.targets]`,
    );
    expect(() => capture(async () => 1)()).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: capture: the step must not be asynchronous]`,
    );
  });
});

describe("results", () => {
  const step = capture((x: Tensor) => ({ double: x.mul(2), both: [x.add(1), 7, "text", undefined] as const }));
  const x = pin(tensor([1, 2]));

  test("are of the same kind in every call, and expire with the next", () => {
    for (let k = 0; k < 4; k++) {
      assign(x, tensor([k, k]));
      const { double, both } = step(x);
      expect([double.toArray(), both[0].toArray(), ...both.slice(1)]).toEqual([
        [2 * k, 2 * k],
        [k + 1, k + 1],
        7,
        "text",
        undefined,
      ]);
    }
    const { double } = step(x);
    step(x);
    expect(() => double.item()).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: item: needs a tensor with one element, got shape [2]; use toArray]`,
    );
    expect(() => double.toArray()).toThrowErrorMatchingInlineSnapshot(
      `[MemoryError: tensor: a later call of the captured step has overwritten these elements; use them before that, or keep a clone()]`,
    );
  });
});

test("a replay counts versions: graphs that need what it has overwritten refuse their backward pass", () => {
  const w = leaf();
  const step = capture((x: Tensor) => {
    assign(w.value, x);
  });
  for (let k = 0; k < 4; k++) {
    const loss = w.square().sum();
    step(pin(tensor([k, k, k])));
    expect(() => loss.backward()).toThrow("which assign has overwritten since");
  }
});

test("a replay counts the versions of its own arguments", () => {
  const memory = pin(tensor([1, 2, 3]));
  const w = leaf();
  const step = capture((x: Tensor) => {
    assign(x, x.mul(2));
  });
  for (let k = 0; k < 4; k++) {
    // As data loaders do: another storage in the same memory.
    const x = new Tensor(partOf(memory.storage, 0, 3), [3]);
    const loss = w.mul(x).sum();
    step(x);
    expect(x.toArray()).toEqual([2 ** (k + 1), 2 ** (k + 2), 3 * 2 ** (k + 1)]);
    expect(() => loss.backward()).toThrow("which assign has overwritten since");
  }
});

test("thousands of calls take no more memory than some", () => {
  const w = leaf();
  const step = capture((x: Tensor, factor: number) => {
    w.zeroGrad();
    const y = w.square().mul(x).mul(factor).sum();
    y.backward();
    return y;
  });
  const reading = capture((x: Tensor) => w.mul(x).sum().item());
  const some = (calls: number) => {
    for (let k = 0; k < calls; k++) {
      step(tensor([1, 2, k]), k % 2);
      reading(tensor([1, 2, k]));
    }
    return heap().used;
  };
  const before = some(20);
  expect(some(5000)).toBe(before);
});

describe("checking", () => {
  test("every so many calls finds what no replay can see, and names it", () => {
    let factor = 2;
    const step = capture((x: Tensor) => x.mul(factor).tanh(), { check: 3 });
    const x = pin(tensor([1, 2, 3]));
    const results = Array.from({ length: 12 }, () => step(x).toArray());
    expect(new Set(results.map(String)).size).toBe(1);
    factor = 3;
    const late = () => {
      for (let k = 0; k < 3; k++) step(x);
    };
    expect(late).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: capture: the step no longer does what was taped: operand 2 of entry 0, kernel "mul", was [2] and is now [3]; pass what changes from call to call as an argument, or do not capture this step]`,
    );
  });

  test("recheck() checks the next replay", () => {
    let isFirst = true;
    const step = capture((x: Tensor) => (isFirst ? x.exp() : x.tanh()));
    const x = pin(tensor([1, 2, 3]));
    for (let k = 0; k < 3; k++) step(x);
    isFirst = false;
    step.recheck();
    expect(() => step(x)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: capture: the step no longer does what was taped: entry 0 was kernel "exp" and is now kernel "tanh"; pass what changes from call to call as an argument, or do not capture this step]`,
    );
  });
});
