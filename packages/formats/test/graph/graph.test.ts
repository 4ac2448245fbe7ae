/** Drawings: which values are nodes, which module each lies in, what fused operations are unfolded to. */
import { custom, type Variable, variable } from "@polygrad/autograd";
import { crossEntropy, type Input, LayerNorm, Linear, Module, Polynomial, ReLU, Sequential, Tanh } from "@polygrad/nn";
import { Random, tensor, uniform } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { type Graph, type GraphOptions, graph } from "../../src/index.ts";

const random = () => new Random(1);
const x = uniform([2, 3], new Random(2), -1, 1);

/** Each operation with the labels of the clusters around it, from outside, and the names of its operands. */
function outline({ nodes, edges, clusters }: Graph): string[] {
  const labels = (id: string | undefined): string[] => {
    const cluster = clusters.find((each) => each.id === id);
    return cluster === undefined ? [] : [...labels(cluster.parent), cluster.label];
  };
  const called = (id: string) =>
    nodes.find((node) => node.id === id)?.name ?? nodes.find((node) => node.id === id)?.op ?? "constant";
  return nodes
    .filter(({ op }) => op !== undefined)
    .map(({ id, op, cluster }) => {
      const operands = edges.filter(({ to }) => to === id).map(({ from }) => called(from));
      return `${labels(cluster).join(" > ")} | ${op}(${operands.join(", ")})`;
    });
}

const small = () =>
  new Sequential(
    new Linear(3, 4, { random: random() }),
    new ReLU(),
    new Sequential(new LayerNorm(4), new Linear(4, 4, { random: random() }), new Tanh()),
    new Polynomial(4, 2, { degree: 2, random: random() }),
  );

test("a function: every operation lies in the call that computed it; a linear layer and its ReLU are one", () => {
  const model = small();
  const drawing = graph(() => crossEntropy(model.forward(x), [0, 1]), { model });
  expect(outline(drawing)).toEqual([
    "Sequential > layers.0: Linear, layers.1: ReLU | linear(input, layers.0.weight, layers.0.bias)",
    "Sequential > layers.2: Sequential > layers.0: LayerNorm | layerNorm(linear, layers.2.layers.0.weight, layers.2.layers.0.bias)",
    "Sequential > layers.2: Sequential > layers.1: Linear | linear(layerNorm, layers.2.layers.1.weight, layers.2.layers.1.bias)",
    "Sequential > layers.2: Sequential > layers.2: Tanh | tanh(linear)",
    "Sequential > layers.3: Polynomial | polynomial(tanh, layers.3.weight)",
    "Sequential > layers.3: Polynomial | add(polynomial, layers.3.bias)",
    " | crossEntropy(add)",
  ]);
  expect(drawing.nodes.map(({ kind }) => kind).filter((kind) => kind === "parameter").length).toBe(8);
  expect(drawing.edges.find(({ to, operand }) => to === "n3" && operand === 1)?.shape).toEqual([4, 3]);
  expect(Object.keys(model.layers[1])).not.toContain("forward"); // what was replaced is as it was
});

test("a variable: an operation lies in the module whose parameters it takes", () => {
  const model = small();
  expect(outline(graph(model.forward(x), { model, names: { x } }))).toEqual([
    "layers.0: Linear | linear(x, layers.0.weight, layers.0.bias)",
    "layers.2: Sequential > layers.0: LayerNorm | layerNorm(linear, layers.2.layers.0.weight, layers.2.layers.0.bias)",
    "layers.2: Sequential > layers.1: Linear | linear(layerNorm, layers.2.layers.1.weight, layers.2.layers.1.bias)",
    " | tanh(linear)",
    "layers.3: Polynomial | polynomial(tanh, layers.3.weight)",
    "layers.3: Polynomial | add(polynomial, layers.3.bias)",
  ]);
});

test("a frozen model is drawn from a function, with the same operations and names", () => {
  const [model, frozen] = [small(), small().freeze()];
  const run = (of: Sequential) => outline(graph(() => of.forward(x), { model: of }));
  expect(run(frozen)).toEqual(run(model));
  expect(() => graph(frozen.forward(x))).toThrowErrorMatchingInlineSnapshot(
    `[GradientError: graph: the output is a constant, without a record of how it was computed; pass a function: graph(() => model.forward(x))]`,
  );
});

/** A layer that is applied twice, and a parameter of the model itself. */
class Twice extends Module {
  readonly inner = new Linear(3, 3, { random: random() });
  readonly scale = variable(2);

  forward(input: Input): Variable {
    return this.inner.forward(this.inner.forward(input).tanh()).mul(this.scale);
  }
}

test("a layer that is called twice has two clusters, and its parameters lie outside of both", () => {
  const model = new Twice();
  const drawing = graph(() => model.forward(x), { model });
  expect(outline(drawing)).toEqual([
    "Twice > inner: Linear, call 1 | linear(input, inner.weight, inner.bias)",
    "Twice | tanh(linear)",
    "Twice > inner: Linear, call 2 | linear(tanh, inner.weight, inner.bias)",
    "Twice | mul(linear, scale)",
  ]);
  const [outer] = drawing.clusters;
  for (const { name, cluster } of drawing.nodes) if (name?.startsWith("inner.")) expect(cluster).toBe(outer.id);
});

test("a module that throws leaves every forward as it was", () => {
  const model = new Sequential(new Linear(3, 3));
  expect(() => graph(() => model.forward(tensor([1, 2])), { model })).toThrow(/linear/);
  expect(Object.keys(model.layers[0])).not.toContain("forward");
  expect(model.layers[0].forward).toBe(Linear.prototype.forward);
});

test("unfolded, a fused operation has the same value and the same gradients", () => {
  const model = small();
  const run = (options: GraphOptions) =>
    graph(() => crossEntropy(model.forward(x), [0, 1]), { model, values: true, gradients: true, ...options });
  const [folded, unfolded] = [run({}), run({ unfold: true })];
  const only = run({ unfold: ["layerNorm"] });
  const ops = (drawing: Graph) => drawing.nodes.flatMap(({ op }) => op ?? []);
  expect(ops(unfolded)).not.toEqual(expect.arrayContaining(["linear"]));
  expect(ops(only).filter((op) => op === "linear").length).toBe(2);
  expect(ops(only)).toContain("sqrt");
  const numbers = (figures: unknown) => Object.values(figures ?? {}).map(Number);
  for (const { name, value, gradient } of folded.nodes) {
    if (name === undefined) continue;
    const same = unfolded.nodes.find((node) => node.name === name);
    for (const [ours, theirs] of [
      [value, same?.value],
      [gradient, same?.gradient],
    ])
      for (const [k, number] of numbers(ours).entries()) expect(numbers(theirs)[k]).toBeCloseTo(number, 5);
  }
  const last = ({ nodes }: Graph) => nodes.find(({ kind }) => kind === "output");
  expect(numbers(last(unfolded)?.value)[0]).toBeCloseTo(numbers(last(folded)?.value)[0], 5);
  expect(
    unfolded.nodes.every(({ gradient, op, kind }) => kind !== "operation" || op === "sub" || gradient !== undefined),
  ).toBe(true);
  expect(outline(unfolded)[0]).toBe(
    "Sequential > layers.0: Linear, layers.1: ReLU > linear | permute(layers.0.weight)",
  );
});

test("a drawing changes nothing: no grad is set, and backward still runs", () => {
  const [a, b] = [variable([1, 2]), variable([3, 4])];
  const y = a.mul(b).sum();
  const { nodes } = graph(y, { names: { a, b }, gradients: true });
  expect([a.grad, b.grad]).toEqual([undefined, undefined]);
  y.backward();
  expect([...(a.grad?.data ?? [])]).toEqual(nodes.find(({ name }) => name === "a")?.gradient);
});

test("names, options and constants", () => {
  const cube = custom<[Variable]>({
    name: "cube",
    forward: (v) => v.mul(v).mul(v),
    vjp: [(g, _y, v) => g.mul(v.square()).mul(3)],
  });
  const v = variable([1, 2, 3, 4, 5, 6]);
  const h = cube(v).reshape([2, 3]);
  const y = h.mul(2).sum(1);
  const drawing = graph(y, { names: { v, h, y } });
  expect(drawing.nodes.map(({ kind, name, op, options, value }) => [kind, name, op, options.join(), value])).toEqual([
    ["input", "v", undefined, "", undefined],
    ["operation", undefined, "cube", "", undefined],
    ["operation", "h", "reshape", "[2, 3]", undefined],
    ["constant", undefined, undefined, "", [2]],
    ["operation", undefined, "mul", "", undefined],
    ["output", "y", "sum", "1", undefined],
  ]);
});

test("a record deeper than JavaScript's stack", () => {
  let y = variable(0);
  for (let k = 0; k < 30_000; k++) y = y.add(1);
  const drawing = graph(y, { gradients: true });
  expect(drawing.nodes.length).toBe(60_001);
  expect(drawing.toDot().length).toBeGreaterThan(1e6);
});

test("what cannot be drawn is refused", () => {
  const used = variable(1).mul(2);
  used.backward();
  const messageOf = (...args: unknown[]): string => {
    try {
      Reflect.apply(graph, undefined, args);
      return "nothing was refused";
    } catch (error) {
      return String(error);
    }
  };
  const y = variable([1, 2]).mul(2);
  expect([
    messageOf(used),
    messageOf(tensor(1)),
    messageOf(() => 1),
    messageOf(y, { gradients: true }),
    messageOf(() => new Linear(3, 1).freeze().forward(x).sum(), { gradients: true }),
    messageOf(y, { model: 3 }),
    messageOf(y, { names: { a: 1 } }),
    messageOf(y, { unfold: "linear" }),
    messageOf(y, { value: true }),
  ]).toMatchInlineSnapshot(`
    [
      "GradientError: graph: backward() has used the record and freed it; draw it before, keep it with backward(undefined, { retainGraph: true }), or pass a function: graph(() => model.forward(x))",
      "ArgumentError: graph: needs a variable, or a function that computes one, graph(() => model.forward(x)); got a Tensor",
      "ArgumentError: graph: the function must return a variable, got 1",
      "GradientError: graph: gradients are those of one number, and the output has shape [2]; sum() it",
      "GradientError: graph: the output requires no gradients; make an input with variable(), and compute outside noGrad",
      "ArgumentError: graph: model must be an object with layers in its fields, got 3",
      "ArgumentError: graph: names: "a" must be a variable or a tensor, got 1",
      "ArgumentError: graph: unfold must be true, false or an array of names of operations, got "linear"",
      "ArgumentError: graph: there is no option "value"; the options are model, names, values, gradients, unfold",
    ]
  `);
});
