/** Sources: compiled and run, they give the bits of the network, with SIMD kernels and with plain ones. */
import { Flatten, LayerNorm, loretz2024, type Module, Polynomial, ReLU, Sequential, Tanh } from "@polygrad/nn";
import { assign, Random, simdAvailable, type Tensor, tensor, uniform, useKernels } from "@polygrad/tensor";
import { afterEach, describe, expect, test } from "vitest";
import { toSource } from "../../src/index.ts";
import { imported } from "../imported.ts";
import { bitsOf } from "./bits.ts";
import { inputs, linear, models, shaken } from "./models.ts";

const random = new Random(4);

async function check(model: Module, rows: Tensor) {
  const { network } = await imported(toSource(model, "typescript"));
  for (const kind of simdAvailable() ? (["simd", "plain"] as const) : (["plain"] as const)) {
    useKernels(kind);
    const wanted = model.forward(rows).value.clone();
    const width = rows.size / rows.shape[0];
    const outputs = wanted.size / rows.shape[0];
    for (let r = 0; r < rows.shape[0]; r++) {
      const own = network(rows.data.subarray(r * width, (r + 1) * width));
      if (!(own instanceof Float32Array)) throw new Error("a source must return a Float32Array");
      const row = Float32Array.from(wanted.data.subarray(r * outputs, (r + 1) * outputs));
      expect(bitsOf(own)).toEqual(bitsOf(row));
    }
  }
}

afterEach(() => useKernels(simdAvailable() ? "simd" : "plain"));

describe("the same bits", () => {
  test.each(Object.entries(models))("%s", (_, model) => check(shaken(model), inputs));

  test("images, mostly zeros, as the kernels that skip zeros see them", () => {
    const images = uniform([64, 28, 28], random);
    for (let at = 0; at < images.size; at++) if (at % 5 !== 0) images.data[at] = 0;
    const model = new Sequential(
      new Flatten(),
      new Polynomial(784, 20, { ...loretz2024, random }),
      new LayerNorm(20),
      new Polynomial(20, 10, { ...loretz2024, random }),
    );
    return check(model, images);
  });
});

describe("the source", () => {
  test("of a small network, as a whole", () => {
    const model = new Sequential(new Polynomial(2, 1, { ...loretz2024, degree: 2 }), new ReLU());
    assign(
      model.parameters()[0].value,
      tensor([
        [
          [0.1, 2, 0],
          [-3, 1e-7, 1 / 3],
        ],
      ]),
    );
    expect(toSource(model, "typescript", { name: "predict" })).toMatchInlineSnapshot(`
      "const { fround } = Math;

      const weight1 = new Float32Array([
        2, 0, 1e-7, 0.33333334,
      ]);

      const bias1 = new Float32Array([
        -2.9,
      ]);

      export function predict(x: ArrayLike<number>): Float32Array {
        if (x.length !== 2) throw new RangeError(\`predict: needs 2 numbers, got \${x.length}\`);
        const h0 = new Float32Array(x);
        // layers.0: polynomial of degree 2, 2 -> 1
        const h1 = new Float32Array(1);
        const sum1 = new Float32Array(1);
        for (let o = 0; o < 1; o++) {
          sum1[o] = 0;
        }
        for (let i = 0; i < 2; i++) {
          let t = h0[i];
          if (t === 0) continue;
          let at = i * 2;
          for (let o = 0; o < 1; o++) {
            sum1[o] = fround(sum1[o] + fround(t * fround(weight1[at + o] + fround(t * weight1[at + 1 + o]))));
          }
        }
        for (let o = 0; o < 1; o++) {
          h1[o] = fround(sum1[o] + bias1[o]);
        }
        // layers.1: relu
        const h2 = new Float32Array(1);
        for (let i = 0; i < 1; i++) {
          let t = h1[i];
          h2[i] = Math.max(t, 0);
        }
        return h2;
      }
      "
    `);
  });

  test("refusals", async () => {
    expect(() => toSource(new ReLU(), "typescript")).toThrow("give their number in the option inputs");
    for (const name of ["tanh", "class", "weight1", "fround"])
      expect(() => toSource(new Sequential(linear(1, 1), new Tanh()), "typescript", { name })).toThrow(
        `toSource: ${name} has another meaning in the source; choose another name`,
      );
    expect(() => toSource(linear(2, 1), "typescript", { inputs: 3 })).toThrow("the model has 2 inputs");
    const { network } = await imported(toSource(linear(2, 1), "typescript"));
    expect(() => network([1])).toThrow("network: needs 2 numbers, got 1");
  });
});
