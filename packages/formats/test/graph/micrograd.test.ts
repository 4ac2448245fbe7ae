/**
 * The drawing in micrograd's README, by this package: the same values and gradients.
 *
 * They are those of gout.svg in that repository (A. Karpathy 2020), which its trace_graph.ipynb draws: a neuron of two inputs,
 * 1 and -2, with a ReLU, whose weights are the first two draws of Python's generator from the seed 1337.
 */
import { variable } from "@polygrad/autograd";
import { expect, test } from "vitest";
import { graph } from "../../src/index.ts";

/** What the boxes of gout.svg say: data and grad, with four decimals. */
const published = {
  w0: ["0.2355", "1.0000"],
  w1: ["0.0665", "-2.0000"],
  x0: ["1.0000", "0.2355"],
  x1: ["-2.0000", "0.0665"],
  b: ["0.0000", "1.0000"],
  relu: ["0.1024", "1.0000"],
};

function neuron() {
  const [w0, w1] = [variable(0.23550571390294128), variable(0.06653114721000164)];
  const [x0, x1, b] = [variable(1), variable(-2), variable(0)];
  const y = b.add(w0.mul(x0)).add(w1.mul(x1)).relu();
  return graph(y, { names: { w0, w1, x0, x1, b }, values: true, gradients: true });
}

test("the neuron has the values and gradients that micrograd draws", () => {
  const decimals = (figures: unknown) => (Array.isArray(figures) ? Number(figures[0]).toFixed(4) : undefined);
  const found = new Map(
    neuron().nodes.map(({ name, op, value, gradient }) => [name ?? op, [decimals(value), decimals(gradient)]]),
  );
  for (const [name, figures] of Object.entries(published)) expect([name, found.get(name)]).toEqual([name, figures]);
});

test("its text in DOT, to the letter", () => {
  expect(neuron().toDot({ direction: "right" })).toBe(`digraph {
  graph [rankdir=LR, fontname="Helvetica,Arial,sans-serif", fontsize=12, nodesep=0.25, ranksep=0.35]
  node [shape=box, style="rounded,filled", color="#7a869a", fontname="Helvetica,Arial,sans-serif", fontsize=12, height=0.3, margin="0.14,0.06"]
  edge [color="#7a869a", fontname="Helvetica,Arial,sans-serif", fontsize=10, fontcolor="#5a6678", arrowsize=0.6]
  n0 [label="b\\nvalue 0\\ngradient 1", class=input, fillcolor="#cfe8d5"]
  n1 [label="w0\\nvalue 0.2355\\ngradient 1", class=input, fillcolor="#cfe8d5"]
  n2 [label="x0\\nvalue 1\\ngradient 0.2355", class=input, fillcolor="#cfe8d5"]
  n3 [label="mul\\nvalue 0.2355\\ngradient 1", class=operation, fillcolor="#d6e4f7"]
  n4 [label="add\\nvalue 0.2355\\ngradient 1", class=operation, fillcolor="#d6e4f7"]
  n5 [label="w1\\nvalue 0.06653\\ngradient -2", class=input, fillcolor="#cfe8d5"]
  n6 [label="x1\\nvalue -2\\ngradient 0.06653", class=input, fillcolor="#cfe8d5"]
  n7 [label="mul\\nvalue -0.1331\\ngradient 1", class=operation, fillcolor="#d6e4f7"]
  n8 [label="add\\nvalue 0.1024\\ngradient 1", class=operation, fillcolor="#d6e4f7"]
  n9 [label="relu\\nvalue 0.1024\\ngradient 1", class=output, fillcolor="#f4cfd6"]
  n1 -> n3
  n2 -> n3
  n0 -> n4
  n3 -> n4 [weight=3]
  n5 -> n7
  n6 -> n7
  n4 -> n8 [weight=3]
  n7 -> n8 [weight=3]
  n8 -> n9 [weight=3]
}
`);
});

test("its text in Mermaid, to the letter", () => {
  expect(neuron().toMermaid()).toBe(`flowchart TD
  n0("b<br>value 0<br>gradient 1"):::input
  n1("w0<br>value 0.2355<br>gradient 1"):::input
  n2("x0<br>value 1<br>gradient 0.2355"):::input
  n3("mul<br>value 0.2355<br>gradient 1"):::operation
  n4("add<br>value 0.2355<br>gradient 1"):::operation
  n5("w1<br>value 0.06653<br>gradient -2"):::input
  n6("x1<br>value -2<br>gradient 0.06653"):::input
  n7("mul<br>value -0.1331<br>gradient 1"):::operation
  n8("add<br>value 0.1024<br>gradient 1"):::operation
  n9("relu<br>value 0.1024<br>gradient 1"):::output
  n1 --> n3
  n2 --> n3
  n0 --> n4
  n3 --> n4
  n5 --> n7
  n6 --> n7
  n4 --> n8
  n7 --> n8
  n8 --> n9
  classDef input fill:#cfe8d5,stroke:#7a869a,color:#1f2933
  classDef operation fill:#d6e4f7,stroke:#7a869a,color:#1f2933
  classDef output fill:#f4cfd6,stroke:#7a869a,color:#1f2933
`);
});
