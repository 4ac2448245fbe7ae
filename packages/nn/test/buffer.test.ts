/** Buffers: part of the state beside the parameters, unlike other tensors in fields; and changed in captured steps. */
import { capture, constant, type Variable, variable } from "@polygrad/autograd";
import { assign, mul, ones, type Tensor, tensor, toFloat64, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { buffer, type Input, Module, namedBuffers, Sequential } from "../src/index.ts";
import { Buffer } from "../src/internal.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

/** Scales by a weight, and keeps the running mean of its inputs. */
class Scale extends Module {
  readonly mask = tensor([1, 0]);
  readonly runningMean = buffer(zeros([2]));
  readonly weight = variable(ones([2]));
  readonly cache = { last: zeros([3]), fixed: constant(zeros([2])) };
  readonly count = buffer(toFloat64(zeros([])));

  forward(x: Input): Variable {
    const input = constant(x);
    const { value } = this.runningMean;
    assign(value, value.mul(0.5).add(input.value.mean(0).mul(0.5)));
    return input.mul(this.weight);
  }
}

describe("buffers", () => {
  test("are part of the state, in the order of the fields; other tensors are not", () => {
    const model = new Sequential(new Scale());
    const names = ["layers.0.runningMean", "layers.0.weight", "layers.0.count"];
    expect(Object.keys(model.stateDict())).toEqual(names);
    expect([...model.namedBuffers().keys()]).toEqual([names[0], names[2]]);
    expect([...namedBuffers({ model, own: buffer(ones([1])) }).keys()]).toEqual([
      "model.layers.0.runningMean",
      "model.layers.0.count",
      "own",
    ]);
    expect([...model.namedParameters().keys()]).toEqual([names[1]]);
  });

  test("are loaded in place, with the checks of parameters, also from JSON", () => {
    const [from, to] = [new Scale(), new Scale()];
    from.forward(tensor([[4, 8]]));
    assign(from.count.value, toFloat64(tensor(1)).div(3));
    const { value } = to.runningMean;
    to.loadStateDict(JSON.parse(JSON.stringify(from.stateDict())));
    expect(to.runningMean.value).toBe(value);
    expect(arrays(to)).toEqual({ runningMean: [2, 4], weight: [1, 1], count: 1 / 3 });
    const state = from.stateDict();
    expect(refusal(() => to.loadStateDict({ ...state, runningMean: zeros([3]) }))).toMatchInlineSnapshot(
      `"ShapeError: loadStateDict: runningMean has shape [2] here and [3] in the state; make the model with the same sizes"`,
    );
    expect(refusal(() => to.loadStateDict({ ...state, runningMean: toFloat64(zeros([2])) }))).toMatchInlineSnapshot(
      `"ValueError: loadStateDict: runningMean: float64 in the state, but float32 here; round the state's tensors first: tensor(x.toArray())"`,
    );
    const { runningMean, ...less } = state;
    expect(refusal(() => to.loadStateDict(less))).toMatchInlineSnapshot(
      `"ValueError: loadStateDict: missing runningMean; load the state into a model of the same structure"`,
    );
    // The state is a copy.
    from.forward(tensor([[0, 0]]));
    expect(runningMean.toArray()).toEqual([2, 4]);
  });

  test("do not share memory with the tensor that they were made from", () => {
    const x = zeros([2]);
    const own = buffer(x);
    assign(x, ones([2]));
    expect([own.value.toArray(), own.shape]).toEqual([[0, 0], [2]]);
  });

  test("may be put in another place, of the same shape", () => {
    const own = buffer(zeros([2]));
    const place = ones([2, 2]).select(0, 1);
    own.value = place;
    expect(own.value).toBe(place);
    expect(refusal(() => Object.assign(own, { value: ones([3]) }))).toMatchInlineSnapshot(
      `"ShapeError: Buffer.value: the buffer has shape [2], got [3]"`,
    );
    expect(refusal(() => Object.assign(own, { value: [1, 2] }))).toMatch(/^ArgumentError: Buffer.value/);
    // @ts-expect-error numbers are no tensor
    expect(refusal(() => buffer([1, 2]))).toMatchInlineSnapshot(
      `"ArgumentError: buffer: needs a tensor, such as zeros([3]), got an array of 2"`,
    );
    expect(refusal(() => buffer(variable([1]).value))).toBe("accepted");
    // @ts-expect-error a number is no tensor
    expect(refusal(() => new Buffer(1))).toMatch(/^ArgumentError: Buffer/);
  });
});

describe("in a captured step", () => {
  const batches = [0, 1, 2, 3, 4].map((k) =>
    tensor([
      [k, 2 * k],
      [k * k, 1],
    ]),
  );

  test("assign changes them in every replay", () => {
    const run = (isCaptured: boolean) => {
      const model = new Scale();
      const step = (x: Tensor) => model.forward(x).sum().value;
      const captured = capture(step);
      const seen = batches.map((x) => [(isCaptured ? captured : step)(x).item(), model.runningMean.value.toArray()]);
      return { seen, why: captured.explain() };
    };
    const { seen, why } = run(true);
    expect(seen).toEqual(run(false).seen);
    expect(why).toBe("captured");
  });

  test("a buffer in another place is another step", () => {
    const own = buffer(ones([2]));
    const step = capture((x: Tensor) => mul(x, own.value));
    const x = tensor([3, 4]);
    for (let k = 0; k < 3; k++) step(x);
    expect(step.explain()).toBe("captured");
    own.value = buffer(tensor([5, 6])).value;
    expect(step(x).toArray()).toEqual([15, 24]);
    expect(step.explain()).toMatch(/^runs as usual/);
  });

  test("replacing the tensor keeps the step from being captured", () => {
    const own = buffer(ones([2]));
    const step = capture((x: Tensor) => {
      own.value = x.mul(own.value);
    });
    for (let k = 0; k < 3; k++) step(tensor([2, 3]));
    expect([own.value.toArray(), step.explain()]).toMatchInlineSnapshot(`
      [
        [
          8,
          27,
        ],
        "runs as usual, because the step replaces the value of a buffer; assign() to it instead",
      ]
    `);
  });
});
