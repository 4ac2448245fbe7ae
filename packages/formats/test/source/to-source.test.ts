/** Sources: compiled and run, they give the bits of the network, with SIMD kernels and with plain ones. */
import {
  BatchNorm1d,
  Dropout,
  ELU,
  Flatten,
  GELU,
  LayerNorm,
  LeakyReLU,
  Linear,
  loretz2024,
  type Module,
  Polynomial,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softplus,
  Tanh,
} from "@polygrad/nn";
import { assign, normal, Random, simdAvailable, type Tensor, tensor, uniform, useKernels } from "@polygrad/tensor";
import { afterEach, describe, expect, test } from "vitest";
import { toSource } from "../../src/index.ts";
import { imported } from "../imported.ts";

const random = new Random(3);
const initialiser = (shape: readonly number[]) => normal(shape, random, 0, 0.3);
const polynomial = (inputs: number, outputs: number, degree: number, elementwise = false) =>
  new Polynomial(inputs, outputs, { ...loretz2024, degree, initialiser, elementwise });
const inBasis = (
  basis: "monomial" | "chebyshev" | "legendre" | "hermite",
  squash: "none" | "tanh",
  elementwise = false,
) => new Polynomial(9, 9, { ...loretz2024, degree: 5, basis, squash, initialiser, elementwise });
const linear = (inputs: number, outputs: number, bias = true) => new Linear(inputs, outputs, { random, bias });

/** Gives all parameters and buffers random values, where new layers have ones and zeros. */
function shaken(model: Sequential): Sequential {
  const normalisations = model.layers.filter((layer) => layer instanceof LayerNorm || layer instanceof BatchNorm1d);
  for (const layer of normalisations)
    for (const place of [...layer.parameters(), ...layer.namedBuffers().values()])
      assign(place.value, uniform(place.shape, random, 0.5, 1.5));
  return model.eval();
}

const models: Readonly<Record<string, Sequential>> = {
  "the article's": new Sequential(
    new Flatten(),
    polynomial(9, 6, 3),
    new LayerNorm(6),
    new Dropout(),
    polynomial(6, 5, 3),
    polynomial(5, 5, 2, true),
  ),
  "a bias for each output": new Sequential(
    new Polynomial(9, 300, { degree: 3, initialiser }),
    new LayerNorm(300),
    new Polynomial(300, 5, { degree: 6, basis: "chebyshev", initialiser }),
    new Polynomial(5, 4, { degree: 7, squash: "none", initialiser }),
    new Polynomial(4, 3, { degree: 1, squash: "none", initialiser }),
  ),
  "many inputs: several blocks": new Sequential(
    linear(9, 600),
    new ReLU(),
    polynomial(600, 5, 7),
    linear(5, 300, false),
  ),
  "an odd number of columns, high degrees": new Sequential(
    polynomial(9, 7, 1),
    new LayerNorm(7, { epsilon: 1e-3 }),
    polynomial(7, 7, 9, true),
    new Sequential(polynomial(7, 3, 5)),
  ),
  activations: new Sequential(
    linear(9, 8),
    new LeakyReLU(0.2),
    linear(8, 8),
    new ELU(0.7),
    linear(8, 8),
    new SiLU(),
    linear(8, 8),
    new Softplus(),
    linear(8, 8),
    new Tanh(),
    linear(8, 8),
    new Sigmoid(),
  ),
  "bases after tanh": new Sequential(
    inBasis("chebyshev", "tanh"),
    inBasis("legendre", "tanh", true),
    inBasis("hermite", "tanh"),
    inBasis("monomial", "tanh"),
    inBasis("monomial", "tanh", true),
  ),
  "bases of the input itself": new Sequential(
    inBasis("legendre", "none"),
    new LayerNorm(9),
    inBasis("hermite", "none"),
  ),
  "a basis, elementwise, and degree 1": new Sequential(
    inBasis("chebyshev", "none", true),
    new Polynomial(9, 300, { degree: 2, basis: "legendre", squash: "none", initialiser }),
    new Polynomial(300, 3, { degree: 1, basis: "hermite", squash: "tanh", initialiser }),
  ),
  "batch normalisation": new Sequential(
    linear(9, 4),
    new BatchNorm1d(4),
    new BatchNorm1d(4, { affine: false, epsilon: 0.1 }),
    linear(4, 3),
  ),
};

/** Rows of ordinary size, with zeros of both signs; and one of extremes. */
const inputs = uniform([70, 9], random, -2, 2);
for (let at = 0; at < inputs.size; at += 4) inputs.data[at] = at % 8 === 0 ? 0 : -0;
inputs.data.set([1e-30, -1e-30, 1e4, -1e4, 30, -30, 1e-10, 2000, -2000]);

const bitsOf = (values: Float32Array) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)];

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
        0.1, 2, 0, -3, 1e-7, 0.33333334,
      ]);

      const bias1 = new Float32Array([
        -2.9,
      ]);

      export function predict(x: ArrayLike<number>): Float32Array {
        if (x.length !== 2) throw new RangeError(\`predict: needs 2 numbers, got \${x.length}\`);
        const h0 = Float32Array.from(x);
        // layers.0: polynomial of degree 2, 2 -> 1
        const h1 = new Float32Array(1);
        for (let o = 0; o < 1; o++) {
          let sum = 0;
          for (let i = 0; i < 2; i++) {
            sum = fround(sum + fround(h0[i] * fround(weight1[(o * 2 + i) * 3 + 1] + fround(h0[i] * weight1[(o * 2 + i) * 3 + 2]))));
          }
          h1[o] = fround(sum + bias1[o]);
        }
        // layers.1: relu
        const h2 = new Float32Array(1);
        for (let i = 0; i < 1; i++) {
          h2[i] = Math.max(h1[i], 0);
        }
        return h2;
      }
      "
    `);
  });

  test("refusals", async () => {
    const model = new Sequential(linear(2, 1), new GELU());
    expect(() => toSource(model, "typescript")).toThrow(
      "toSource: layers.1 is GELU, of which there is no source; formula() can write it",
    );
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
