/**
 * Polynomial layers as ONNX: the functions phi_1(t), phi_2(t), ... of all inputs side by side, [batch, degree * inputs], and
 * one product of matrices. Read linear.ts first.
 */
import { recurrences } from "@polygrad/tensor/internal";
import type { PolynomialStep, Step } from "../../network/steps.ts";
import { type GraphWriter, within } from "../graph-writer.ts";
import type { Between } from "./linear.ts";

export function polynomial(graph: GraphWriter, step: Step & PolynomialStep, { x, y }: Between): void {
  const { degree, bias } = step;
  const name = (what: string) => within(step, what);
  const values = functions(graph, step, x);
  const all = degree === 1 ? values[0] : graph.node("Concat", values, name("functions"), { axis: { integer: 1 } });
  let [weight, constants] = [graph.state(step, "weight"), ""];
  if (bias === undefined) {
    const last = graph.integers(name("last"), 2);
    const [one, end] = [graph.integers(name("one"), 1), graph.integers(name("end"), degree + 1)];
    const first = graph.node("Slice", [weight, graph.integers(name("zero"), 0), one, last], name("first"));
    constants = graph.node("ReduceSum", [first, graph.integers(name("axes"), 1, 2)], name("constants"), {
      keepdims: { integer: 0 },
    });
    weight = graph.node("Slice", [weight, one, end, last], name("others"));
  } else constants = graph.state(step, "bias");
  // [outputs, inputs, degree] -> [outputs, degree * inputs]
  const byDegree = graph.node("Transpose", [weight], name("byDegree"), { perm: { integers: [0, 2, 1] } });
  const matrix = graph.node("Flatten", [byDegree], name("matrix"), { axis: { integer: 1 } });
  graph.node("Gemm", [all, matrix, constants], y, { transB: { integer: 1 } });
}

/** y[i] = w[i, 0] + w[i, 1] phi_1(t[i]) + ...: for powers by Horner's rule. */
export function elementwise(graph: GraphWriter, step: Step & PolynomialStep, { x, y }: Between): void {
  const { degree, basis } = step;
  const name = (what: string) => within(step, what);
  const weight = graph.state(step, "weight");
  const coefficient = (k: number) => {
    const place = graph.integers(name(`place${k}`), k);
    const column = graph.node("Gather", [weight, place], name(`column${k}`), { axis: { integer: 1 } });
    return graph.node("Flatten", [column], name(`coefficient${k}`), { axis: { integer: 0 } });
  };
  const result = (k: number, last: number) => (k === last ? y : name(`sum${k}`));
  if (basis === "monomial") {
    const t = squashed(graph, step, x);
    let sum = coefficient(degree);
    for (let k = degree - 1; k >= 0; k--)
      sum = graph.node("Add", [graph.node("Mul", [sum, t], name(`product${k}`)), coefficient(k)], result(k, 0));
    return;
  }
  let sum = coefficient(0);
  for (const [k, value] of functions(graph, step, x).entries())
    sum = graph.node(
      "Add",
      [graph.node("Mul", [value, coefficient(k + 1)], name(`term${k + 1}`)), sum],
      result(k + 1, degree),
    );
}

function squashed(graph: GraphWriter, step: Step & PolynomialStep, x: string): string {
  return step.squash === "tanh" ? graph.node("Tanh", [x], within(step, "squashed")) : x;
}

/**
 * phi_1(t), ..., phi_degree(t). Powers are products of two about half as high, which rounds less often than a chain;
 * the other bases have their recurrences.
 */
function functions(graph: GraphWriter, step: Step & PolynomialStep, x: string): string[] {
  const { degree, basis } = step;
  const name = (what: string) => within(step, what);
  const t = squashed(graph, step, x);
  const values = [t];
  for (let k = 1; k < degree; k++) {
    if (basis === "monomial") {
      const [low, high] = [values[((k + 1) >> 1) - 1], values[k - ((k + 1) >> 1)]];
      values.push(graph.node("Mul", [low, high], name(`power${k + 1}`)));
      continue;
    }
    const [a, b] = recurrences[basis](k);
    const scaled = graph.node("Mul", [t, graph.constant(name(`a${k}`), a)], name(`scaled${k}`));
    const product = graph.node("Mul", [scaled, values[k - 1]], name(`product${k}`));
    const constant = graph.constant(name(`b${k}`), b);
    const before = k === 1 ? constant : graph.node("Mul", [constant, values[k - 2]], name(`before${k}`));
    values.push(graph.node("Sub", [product, before], name(`basis${k + 1}`)));
  }
  return values;
}
