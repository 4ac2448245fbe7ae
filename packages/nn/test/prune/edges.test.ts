/** Scores of edges against standard deviations of what the layer computes; removal and its undoing. */
import { assign, normal, Random, tensor, uniform, zerosLike } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Polynomial } from "../../src/polynomial.ts";
import { loretz2024 } from "../../src/polynomial-options.ts";
import { Edges } from "../../src/prune/edges.ts";

const random = new Random(5);
const initialiser = (shape: readonly number[]) => normal(shape, random, 0.3, 0.5);

/** The standard deviation of each output of a layer, in float64. */
function deviations(layer: Polynomial, x: ReturnType<typeof normal>): number[] {
  const double = tensor(Float64Array.from(x.data)).reshape(x.shape);
  return [...layer.forward(double).value.std(0, { correction: 0 }).data];
}

/** The same layer with only these degrees of one edge. */
function alone(layer: Polynomial, output: number, input: number, degrees: readonly number[]): Polynomial {
  const { inputs, outputs, degree, basis, squash, elementwise } = layer;
  const other = new Polynomial(inputs, outputs, { ...loretz2024, degree, basis, squash, elementwise, initialiser });
  const mask = zerosLike(layer.weight.value);
  const values = mask.clone().data;
  for (const k of degrees) values[(elementwise ? output : output * inputs + input) * (degree + 1) + k] = 1;
  assign(other.weight.value, layer.weight.value.mul(tensor(values).reshape(layer.weight.shape)));
  return other;
}

describe.each([
  ["monomial", "none", false],
  ["chebyshev", "tanh", false],
  ["hermite", "none", false],
  ["legendre", "tanh", true],
] as const)("%s, squash %s, elementwise %s", (basis, squash, elementwise) => {
  const outputs = elementwise ? 3 : 2;
  const make = () => new Polynomial(3, outputs, { ...loretz2024, degree: 4, basis, squash, elementwise, initialiser });
  const x = uniform([300, 3], random, -1.5, 1);

  test("scores are standard deviations of contributions over those of outputs", () => {
    const layer = make();
    const edges = new Edges("layer", layer);
    const y = layer.forward(x).value;
    edges.measure([x.slice(0, 0, 100), x.slice(0, 100, 300)], [y.slice(0, 0, 100), y.slice(0, 100, 300)]);
    const whole = deviations(layer, x);
    expect(edges.candidates("edges")).toHaveLength(elementwise ? 3 : 6);
    expect(edges.candidates("terms")).toHaveLength(elementwise ? 12 : 24);
    for (const { output, input, degree, score } of [...edges.candidates("edges"), ...edges.candidates("terms")]) {
      const own = deviations(alone(layer, output, input, degree === undefined ? [1, 2, 3, 4] : [degree]), x);
      expect(score).toBeCloseTo(own[output] / whole[output], 5);
    }
  });

  test("constants become one for each output, and the layer stays the same function", () => {
    const layer = make();
    const before = layer.forward(x).value;
    const edges = new Edges("layer", layer);
    expect(layer.forward(x).value.sub(before).abs().max().item()).toBeLessThan(1e-5);
    expect(edges.candidates("constants").map(({ output, input }) => [output, input])).toEqual(
      elementwise
        ? [
            [0, 0],
            [1, 1],
            [2, 2],
          ]
        : [
            [0, 0],
            [1, 0],
          ],
    );
    expect(edges.count).toBe(elementwise ? 15 : 26);
    expect(edges.masks.map(([name, mask]) => [name, mask.sum().item()])).toEqual([["layer.weight", edges.count]]);
  });

  test("what is removed is 0, its mean stays, and a snapshot brings it back", () => {
    const layer = make();
    const edges = new Edges("layer", layer);
    const before = layer.forward(x).value;
    edges.measure([x], [before]);
    const undo = edges.snapshot();
    const [first] = edges.candidates("edges").filter(({ output }) => output === 1);
    edges.remove(first);
    const after = layer.forward(x).value;
    expect([...after.mean(0).data]).toEqual([...before.mean(0).data].map((mean) => expect.closeTo(mean, 4)));
    expect(after.sub(before).abs().max().item()).toBeGreaterThan(0.01);
    expect(edges.candidates("edges")).toHaveLength(elementwise ? 2 : 5);
    expect(edges.count).toBe((elementwise ? 15 : 26) - 4);
    // A step of training moves everything.
    assign(layer.weight.value, layer.weight.value.add(1));
    edges.clear();
    expect(layer.weight.value.eq(0).sum().item()).toBe(layer.weight.size - edges.count);
    undo();
    expect(layer.forward(x).value.toArray()).toEqual(before.toArray());
  });
});

test("a term without a gradient does not matter", () => {
  const layer = new Polynomial(2, 2, { ...loretz2024, degree: 2, initialiser });
  const edges = new Edges("layer", layer);
  const x = uniform([50, 2], random, -1, 1);
  const y = layer.forward(x);
  y.mul(tensor([1, 0]))
    .sum()
    .backward();
  edges.measure([x], [y.value]);
  for (const { output, score } of edges.candidates("edges")) expect(score > 0).toBe(output === 0);
});

test("a layer with a bias for each output is pruned as the same function with a constant on each edge", () => {
  const layer = new Polynomial(3, 2, { degree: 4, initialiser });
  const coefficients = layer.coefficients().value;
  const same = new Polynomial(3, 2, { degree: 4, bias: "edges", initialiser: () => coefficients });
  const x = uniform([100, 3], random, -1.5, 1);
  const [own, others] = [layer, same].map((each) => {
    const edges = new Edges("layer", each);
    const y = each.forward(x);
    y.square().sum().backward();
    edges.measure([x], [y.value]);
    return edges;
  });
  const plain = (edges: Edges, kind: "edges" | "terms" | "constants") =>
    edges.candidates(kind).map(({ edges: _, ...candidate }) => candidate);
  for (const kind of ["edges", "terms", "constants"] as const) expect(plain(own, kind)).toEqual(plain(others, kind));
  for (const edges of [own, others]) {
    for (const candidate of edges.candidates("edges").slice(0, 2)) edges.remove(candidate);
    edges.remove(edges.candidates("constants")[1]);
  }
  expect(layer.forward(x).value.equals(same.forward(x).value)).toBe(true);
  expect(layer.bias?.value.data[1]).toBe(0);
  expect(own.masks.map(([name, mask]) => [name, mask.sum().item()])).toEqual([
    ["layer.weight", 16],
    ["layer.bias", 1],
  ]);
});
