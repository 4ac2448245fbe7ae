/** A network that begins with an Embedding takes integers. */
import { noGrad } from "@polygrad/autograd";
import { Embedding, Flatten, Linear, Sequential, Tanh } from "@polygrad/nn";
import { Random, tensor } from "@polygrad/tensor";
import * as ort from "onnxruntime-web";
import { expect, test } from "vitest";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { difference } from "./runtime.ts";

const random = new Random(2);
const model = new Sequential(new Embedding(7, 3, { random }), new Flatten(), new Tanh(), new Linear(12, 2, { random }));
const indices = [
  [0, 6, 2, 3],
  [5, 5, 1, 0],
];

test("ONNX Runtime looks the vectors up", async () => {
  const file = toOnnx(model);
  const session = await ort.InferenceSession.create(file);
  const input = new ort.Tensor("int64", BigInt64Array.from(indices.flat(), BigInt), [2, 4]);
  const { output } = await session.run({ input });
  if (!(output.data instanceof Float32Array)) throw new Error("the output is not float32");
  const expected = noGrad(() => model.forward(tensor(indices))).value;
  expect(difference(tensor(output.data, output.dims), expected)).toBeLessThan(6e-7);

  const read = fromOnnx(file);
  expect(read.inputs).toEqual([{ name: "input", type: "INT64", shape: ["batch", 4] }]);
  expect(difference(noGrad(() => read.forward(tensor(indices))).value, expected)).toBe(0);
  const again = read.asSequential();
  expect(difference(noGrad(() => again.forward(tensor(indices))).value, expected)).toBe(0);
  expect(again.stateDict()).toEqual(model.stateDict());
});

test("vectors that are not flattened at once are refused", () => {
  const flat = new Sequential(new Embedding(7, 3), new Linear(3, 2));
  expect(() => toOnnx(flat)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: toOnnx: after an Embedding, the vectors of a sample must be one row: put Flatten after it]`,
  );
});
