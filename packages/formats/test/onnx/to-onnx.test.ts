/** What `toOnnx` writes computes in ONNX Runtime what the model computes. */
import { noGrad } from "@polygrad/autograd";
import { concat, Random, tensor, uniform, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { layers } from "./layers.ts";
import { difference, loaded } from "./runtime.ts";

/** 64 samples, among them zeros, ones and values beyond the knots of splines. */
const x = concat([
  uniform([60, 5], new Random(1), -1.5, 1.5),
  zeros([2, 5]),
  tensor([
    [1, -1, 0.5, -0.5, 4],
    [-4, 3, -3, 2, 1e-3],
  ]),
]);

/**
 * How far results may be apart, for outputs up to 1. Both round each operation to float32, 6e-8 of it; ONNX Runtime's tanh
 * is wrong by about 1e-7, and a polynomial multiplies that by its slope: at 1, T_8 has the slope 64.
 */
const tolerance = (name: string) => (name.includes("of tanh, degree 8") ? 4e-6 : 6e-7);

describe.each([17, 13])("in opset %i", (opset) => {
  test.each(layers)("%s", async (name, layer) => {
    const run = await loaded(toOnnx(layer, { inputs: 5, opset }));
    const expected = noGrad(() => layer.forward(x)).value;
    const allowed = tolerance(name) * Math.max(1, expected.abs().max().item());
    const result = await run(x);
    expect(result.shape).toEqual([64, 5]);
    expect(difference(result, expected)).toBeLessThan(allowed);
    expect(difference(await run(x.slice(0, 0, 1)), expected.slice(0, 0, 1))).toBeLessThan(allowed);
  });
});
