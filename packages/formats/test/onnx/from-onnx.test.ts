/** What `toOnnx` writes and `fromOnnx` reads computes the same here, and is the same network again. */
import { noGrad } from "@polygrad/autograd";
import { type Layer, Sequential } from "@polygrad/nn";
import { concat, Random, tensor, uniform, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { layers } from "./layers.ts";
import { difference } from "./runtime.ts";

const x = concat([
  uniform([60, 5], new Random(1), -1.5, 1.5),
  zeros([2, 5]),
  tensor([
    [1, -1, 0.5, -0.5, 4],
    [-4, 3, -3, 2, 1e-3],
  ]),
]);

const nameOf = (layer: Layer) => layer.constructor.name;

describe.each([17, 13])("of opset %i", (opset) => {
  test.each(layers)("%s", (_, layer) => {
    const file = toOnnx(layer, { inputs: 5, opset });
    const model = fromOnnx(file);
    const expected = noGrad(() => layer.forward(x)).value;
    const result = noGrad(() => model.forward(x)).value;
    expect(difference(result, expected)).toBeLessThan(2e-6 * Math.max(1, expected.abs().max().item()));
    const again = model.asSequential();
    const original = layer instanceof Sequential ? layer : new Sequential(layer);
    expect(again.layers.map(nameOf)).toEqual(original.layers.map(nameOf));
    expect(again.training).toBe(false);
    expect(difference(noGrad(() => again.forward(x)).value, expected)).toBe(0);
  });
});
