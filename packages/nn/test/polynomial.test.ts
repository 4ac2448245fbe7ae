/** The polynomial layer: its definition, its special cases, its layout, and what it refuses. (Gradients: gradients.test.ts.) */
import { normal, pinned, Random, simdAvailable, type Tensor, tensor, uniform } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Linear, loretz2024, Polynomial, polynomialUniform, SGD } from "../src/index.ts";
import { kinds, under } from "./kernel-kinds.ts";
import { refusal } from "./refusal.ts";

/** Weights as large at every degree, so that none hides behind the others. */
const even = (shape: readonly number[], random: Random): Tensor => uniform(shape, random, -1, 1);

/** sum_d w[d] x^d in float64, and the same of absolute values. */
function edge(w: readonly number[], x: number): { value: number; size: number } {
  const terms = w.map((weight, d) => weight * x ** d);
  return { value: terms.reduce((a, b) => a + b, 0), size: terms.reduce((a, b) => a + Math.abs(b), 0) };
}

/** Asserts values, to within the rounding of `operations` float32 operations on numbers of the sizes given. */
function expectRounded(got: Tensor, wanted: readonly { value: number; size: number }[], operations: number): void {
  const values = got.clone().data;
  expect(values.length).toBe(wanted.length);
  for (const [i, { value, size }] of wanted.entries())
    expect(Math.abs(values[i] - value), `at ${i}: ${values[i]}, wanted ${value}`).toBeLessThanOrEqual(
      operations * 2 ** -24 * size,
    );
}

const cases = fc.record({
  degree: fc.integer({ min: 1, max: 7 }),
  inputs: fc.integer({ min: 1, max: 18 }),
  outputs: fc.integer({ min: 1, max: 9 }),
  batch: fc.integer({ min: 0, max: 9 }),
  seed: fc.nat(),
});

describe.each(kinds)("the definition, with %s kernels", (kind) => {
  test("y[b, o] = sum_i sum_d w[o, i, d] x[b, i]^d", () => {
    fc.assert(
      fc.property(cases, ({ degree, inputs, outputs, batch, seed }) => {
        const random = new Random(seed);
        const layer = new Polynomial(inputs, outputs, { ...loretz2024, degree, random, initialiser: even });
        const x = uniform([batch, inputs], random, -1.5, 1.5);
        const y = under(kind, () => layer.forward(x).value);
        expect(y.shape).toEqual([batch, outputs]);
        const wanted = Array.from({ length: batch * outputs }, (_, at) => {
          const [b, o] = [Math.floor(at / outputs), at % outputs];
          const edges = Array.from({ length: inputs }, (_, i) =>
            edge([...layer.weight.value.select(0, o).select(0, i).clone().data], x.data[b * inputs + i]),
          );
          return edges.reduce((sum, { value, size }) => ({ value: sum.value + value, size: sum.size + size }));
        });
        expectRounded(y, wanted, inputs * (degree + 1) + degree + 2);
      }),
    );
  });

  test("elementwise: y[b, i] = sum_d w[i, d] x[b, i]^d", () => {
    fc.assert(
      fc.property(cases, ({ degree, inputs, batch, seed }) => {
        const random = new Random(seed);
        const layer = new Polynomial(inputs, inputs, {
          ...loretz2024,
          degree,
          random,
          initialiser: even,
          elementwise: true,
        });
        const x = uniform([batch, inputs], random, -1.5, 1.5);
        const y = under(kind, () => layer.forward(x).value);
        expect(y.shape).toEqual([batch, inputs]);
        const wanted = [...x.data].map((value, at) =>
          edge([...layer.weight.value.select(0, at % inputs).clone().data], value),
        );
        expectRounded(y, wanted, 2 * degree + 2);
      }),
    );
  });
});

test("the article's expansion: degree 3 turns [2, 4] into [1, 2, 4, 8] and [1, 4, 16, 64]", () => {
  const powers = new Polynomial(2, 8, loretz2024);
  powers.loadStateDict({
    weight: tensor(
      Array.from({ length: 8 }, (_, o) => [0, 1].map((i) => [0, 1, 2, 3].map((d) => Number(o === 4 * i + d)))),
    ),
  });
  expect(powers.forward(tensor([[2, 4]])).value.toArray()).toEqual([[1, 2, 4, 8, 1, 4, 16, 64]]);
});

test("degree 1 is a linear layer with a bias on every edge", () => {
  const random = new Random(5);
  const layer = new Polynomial(6, 4, { ...loretz2024, degree: 1, random, initialiser: even });
  const linear = new Linear(6, 4);
  const { value } = layer.weight;
  linear.loadStateDict({ weight: value.select(-1, 1), bias: value.select(-1, 0).sum(1) });
  const x = normal([5, 6], random);
  expect(layer.forward(x).value.allClose(linear.forward(x).value, { absolute: 1e-6 })).toBe(true);
});

describe("the weight", () => {
  test("is [outputs, inputs, degree + 1], and runs as [inputs, degree + 1, outputs] in pinned memory", () => {
    const { value } = new Polynomial(5, 3, { ...loretz2024, degree: 2 }).weight;
    expect([value.shape, value.strides]).toEqual([
      [3, 5, 3],
      [1, 9, 3],
    ]);
    const { value: own } = new Polynomial(5, 5, { ...loretz2024, degree: 2, elementwise: true }).weight;
    expect([own.shape, own.strides]).toEqual([
      [5, 3],
      [1, 5],
    ]);
    expect([value, own].map(({ storage }) => storage.address !== undefined)).toEqual([
      simdAvailable(),
      simdAvailable(),
    ]);
    expect(value.data.buffer).toBe(pinned([1]).data.buffer);
  });

  test("of the article's layer has the article's spread", () => {
    const layer = new Polynomial(4, 2, { ...loretz2024, random: new Random(9) });
    expect([layer.degree, layer.squash, layer.elementwise, layer.bias]).toEqual([3, "none", false, undefined]);
    expect(layer.weight.value.equals(polynomialUniform([2, 4, 4], new Random(9)))).toBe(true);
  });

  test.each([false, true])("is saved and loaded in its logical layout (elementwise: %s)", (elementwise) => {
    const layer = new Polynomial(3, 3, { ...loretz2024, degree: 2, elementwise });
    const saved = layer.stateDict().weight;
    expect(saved.toArray()).toEqual(layer.weight.value.toArray());
    // As another program would write it: a row-major array.
    const flat = Float32Array.from({ length: saved.size }, (_, at) => at);
    layer.loadStateDict({ weight: tensor(flat, saved.shape) });
    expect([...layer.weight.value.contiguous().data]).toEqual([...flat]);
    expect(layer.weight.value.strides.at(-1)).toBe(3);
    // Weights 0, 1, 2, ... at x = 10: 0 + 1 x + 2 x^2, then 3 + 4 x + 5 x^2, ...
    const edges = Array.from({ length: saved.size / 3 }, (_, k) => 3 * k + 10 * (3 * k + 1) + 100 * (3 * k + 2));
    const sums = [0, 1, 2].map((o) => edges[3 * o] + edges[3 * o + 1] + edges[3 * o + 2]);
    expect(layer.forward(tensor([[10, 10, 10]])).value.toArray()).toEqual([elementwise ? edges : sums]);
    expect(refusal(() => layer.loadStateDict({ weight: tensor(flat) }))).toMatch(/^ShapeError/);
  });
});

describe("inputs of any rank", () => {
  test.each([false, true])("the last axis is mapped, whatever stands before it (elementwise: %s)", (elementwise) => {
    const random = new Random(4);
    const layer = new Polynomial(3, 3, { ...loretz2024, random, initialiser: even, elementwise });
    const x = normal([4, 5, 3], random);
    const y = layer.forward(x).value;
    expect(y.shape).toEqual([4, 5, 3]);
    expect(layer.forward(x.select(0, 2)).value.allClose(y.select(0, 2))).toBe(true);
    expect(layer.forward(x.select(0, 2).select(0, 1)).value.allClose(y.select(0, 2).select(0, 1))).toBe(true);
    expect(layer.forward(x.slice(1, 0, 0)).shape).toEqual([4, 0, 3]);
  });
});

describe("what the layer refuses", () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("a size or degree of %d", (n) => {
    expect(refusal(() => new Polynomial(n, 2, loretz2024))).toMatch(
      /^ValueError: Polynomial: inputs must be a positive integer, got/,
    );
    expect(refusal(() => new Polynomial(2, n, loretz2024))).toMatch(
      /^ValueError: Polynomial: outputs must be a positive integer/,
    );
    expect(refusal(() => new Polynomial(2, 2, { ...loretz2024, degree: n }))).toMatch(
      /^ValueError: Polynomial: degree must be a pos/,
    );
  });

  test("misspelt options, options of the wrong kind, and initialisers that return something else", () => {
    // @ts-expect-error misspelt
    expect(refusal(() => new Polynomial(2, 2, { degre: 3 }))).toMatchInlineSnapshot(
      `"ArgumentError: Polynomial: there is no option "degre"; the options are degree, basis, squash, bias, elementwise, random, initialiser"`,
    );
    // @ts-expect-error the degree is an option
    expect(refusal(() => new Polynomial(2, 2, 3))).toMatchInlineSnapshot(
      `"ArgumentError: Polynomial: options must be a plain object with any of degree, basis, squash, bias, elementwise, random, initialiser, got 3"`,
    );
    // @ts-expect-error a tensor is not an initialiser
    expect(refusal(() => new Polynomial(2, 2, { initialiser: tensor([1]) }))).toMatchInlineSnapshot(
      `"ArgumentError: Polynomial: initialiser must be a function, got a Tensor"`,
    );
    // @ts-expect-error returns a number
    expect(refusal(() => new Polynomial(2, 2, { initialiser: () => 1 }))).toMatchInlineSnapshot(
      `"ArgumentError: Polynomial: the initialiser must return a tensor, got 1"`,
    );
    expect(refusal(() => new Polynomial(2, 2, { initialiser: () => tensor([0, 0, 0, 0]) }))).toMatchInlineSnapshot(
      `"ShapeError: Polynomial: the initialiser must return the shape [2, 2, 4] that it was given, got [4]"`,
    );
    expect(refusal(() => new Polynomial(1e9, 1e9, loretz2024))).toMatchInlineSnapshot(
      `"MemoryError: polynomialUniform: [1000000000, 1000000000, 4] has 4000000000000000000 elements; a tensor has at most 2^30"`,
    );
    expect(refusal(() => new Polynomial(2, 2, { ...loretz2024, degree: 1e15 }))).toMatchInlineSnapshot(
      `"MemoryError: polynomialUniform: [2, 2, 1000000000000001] has 4000000000000004 elements; a tensor has at most 2^30"`,
    );
    // @ts-expect-error nested arrays are not a tensor
    expect(refusal(() => new Polynomial(2, 2, loretz2024).forward([[1, 2]]))).toMatchInlineSnapshot(
      `"ArgumentError: Polynomial: the input must be a tensor or a variable, got an array of 1; make one with tensor(...)"`,
    );
  });

  test("a degree of 0, elementwise layers of unequal sizes, and inputs of another size", () => {
    expect(refusal(() => new Polynomial(2, 2, { ...loretz2024, degree: 0 }))).toMatchInlineSnapshot(
      `"ValueError: Polynomial: degree must be a positive integer, got 0"`,
    );
    expect(refusal(() => new Polynomial(3, 2, { ...loretz2024, elementwise: true }))).toMatchInlineSnapshot(
      `"ShapeError: Polynomial: an elementwise layer needs as many outputs as inputs, got 3 inputs and 2 outputs"`,
    );
    expect(refusal(() => new Polynomial(3, 2, loretz2024).forward(tensor([[1, 2]])))).toMatchInlineSnapshot(
      `"ShapeError: Polynomial: needs [..., 3], got [1, 2]"`,
    );
    expect(
      refusal(() => new Polynomial(1, 1, { ...loretz2024, elementwise: true }).forward(tensor([1, 2]))),
    ).toMatchInlineSnapshot(`"ShapeError: Polynomial: needs [..., 1], got [2]"`);
    expect(refusal(() => new Polynomial(1, 1, loretz2024).forward(tensor(1)))).toMatch(
      /^ShapeError: Polynomial: needs/,
    );
  });
});

describe("the penalty", () => {
  const strengths = [0, 0.5, 2];

  test("is half the sum of the squares of the coefficients, each times the strength of its degree", () => {
    fc.assert(
      fc.property(fc.record({ seed: fc.nat(), elementwise: fc.boolean() }), ({ seed, elementwise }) => {
        const [random, outputs] = [new Random(seed), elementwise ? 3 : 5];
        const layer = new Polynomial(3, outputs, {
          degree: 2,
          basis: "legendre",
          bias: "edges",
          elementwise,
          random,
          initialiser: even,
        });
        const own = [...layer.weight.value.clone().data];
        const wanted = own.reduce((sum, w, at) => sum + (strengths[at % 3] * w * w) / 2, 0);
        expectRounded(layer.penalty(strengths).value, [{ value: wanted, size: wanted }], own.length + 4);
      }),
    );
  });

  test("is the weight decay of SGD, degree by degree", () => {
    const layer = new Polynomial(4, 6, { ...loretz2024, degree: 2, random: new Random(3), initialiser: even });
    const before = layer.weight.value.clone().data;
    layer.penalty(strengths).backward();
    new SGD([layer.weight], { learningRate: 0.1 }).step();
    const after = Array.from(before, (w, at) => ({ value: w * (1 - 0.1 * strengths[at % 3]), size: Math.abs(w) }));
    expectRounded(layer.weight.value, after, 4);
  });

  test("refuses another number of strengths, and negative ones", () => {
    const layer = new Polynomial(2, 2, { ...loretz2024, degree: 2 });
    expect(refusal(() => layer.penalty([1, 2]))).toMatchInlineSnapshot(
      `"ValueError: penalty: a layer of degree 2 needs 3 strengths, from degree 0 up, got 2"`,
    );
    expect(refusal(() => layer.penalty([0, -1, 0]))).toMatchInlineSnapshot(
      `"ValueError: penalty: strengths must be finite and at least 0, got -1"`,
    );
  });
});
