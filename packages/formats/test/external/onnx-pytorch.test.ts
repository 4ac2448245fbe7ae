/** Networks that PyTorch exports compute here what they compute in PyTorch. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noGrad } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { afterAll, describe, expect, test } from "vitest";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { difference, loaded } from "../onnx/runtime.ts";
import { script } from "./python.ts";

interface Exported {
  readonly name: string;
  readonly opset: number;
  readonly error?: string;
  readonly path: string;
  readonly shape: readonly number[];
  readonly x: readonly number[];
  readonly yShape: readonly number[];
  readonly y: readonly number[];
}

const directory = mkdtempSync(join(tmpdir(), "polygrad-pytorch-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const all = script<readonly Exported[]>("onnx-export.py", "torch", [directory]);
const exported = all.filter(({ error }) => error === undefined);

test("PyTorch exports all but a slice with a step in opset 9", () => {
  expect(all.filter(({ error }) => error !== undefined).map(({ name, opset }) => [name, opset])).toEqual([
    ["parts", 9],
  ]);
});

/** The layers of those that are chains of layers; the others are run as they are. */
const chains: Readonly<Record<string, string>> = {
  ReLU: "Linear ReLU Linear",
  LeakyReLU: "Linear LeakyReLU Linear",
  ELU: "Linear ELU Linear",
  GELU: "Linear GELU Linear",
  SiLU: "Linear SiLU Linear",
  Softplus: "Linear Softplus Linear",
  Tanh: "Linear Tanh Linear",
  Sigmoid: "Linear Sigmoid Linear",
  Softmax: "Linear Softmax",
  LayerNorm: "Linear LayerNorm Linear",
  BatchNorm1d: "Linear BatchNorm1d Linear",
  "without bias": "Linear Tanh Linear",
  "three axes": "Linear GELU LayerNorm",
  images: "Flatten Linear LogSoftmax",
};

describe.each(exported)("$name, opset $opset", ({ name, path, shape, x, yShape, y }) => {
  const [input, expected] = [tensor(x).reshape(shape), tensor(y).reshape(yShape)];
  const allowed = 1e-6 * Math.max(1, expected.abs().max().item());

  test("computes what PyTorch computes", () => {
    const model = fromOnnx(readFileSync(path));
    expect(model.producer).toMatch(/^pytorch 1\./);
    expect(model.inputs[0].shape).toEqual(["n", ...shape.slice(1)]);
    const result = noGrad(() => model.forward(input)).value;
    expect(result.shape).toEqual(yShape);
    expect(difference(result, expected)).toBeLessThan(allowed);
  });

  test("is a chain of layers, or not", async () => {
    const model = fromOnnx(readFileSync(path));
    const layers = chains[name];
    if (layers === undefined) {
      expect(() => model.asSequential()).toThrow(/^asSequential: node \d+, ".*": \w+ is not the end of a layer/);
      return;
    }
    const sequential = model.asSequential();
    expect(sequential.layers.map(({ constructor: { name } }) => name).join(" ")).toBe(layers);
    expect(difference(noGrad(() => sequential.forward(input)).value, expected)).toBeLessThan(allowed);
    // Written again, it still computes the same in ONNX Runtime.
    if (shape.length > 3 || name === "three axes") return;
    const run = await loaded(toOnnx(sequential, { inputs: shape.slice(1) }));
    expect(difference(await run(input), expected)).toBeLessThan(allowed);
  });
});
