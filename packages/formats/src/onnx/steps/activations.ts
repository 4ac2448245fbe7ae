/** Functions of single elements, and softmax, as ONNX. Read linear.ts first. */
import type { Activation, ActivationStep, SoftmaxStep, Step } from "../../network/steps.ts";
import { type GraphWriter, within } from "../graph-writer.ts";
import type { Between } from "./linear.ts";

/** The operators of ONNX that compute an activation, and the name of their parameter. */
const operators: Readonly<
  Record<Exclude<Activation, "gelu" | "silu">, readonly [operator: string, parameter?: string]>
> = {
  relu: ["Relu"],
  "leaky relu": ["LeakyRelu", "alpha"],
  elu: ["Elu", "alpha"],
  softplus: ["Softplus"],
  tanh: ["Tanh"],
  sigmoid: ["Sigmoid"],
};

export function activation(graph: GraphWriter, step: Step & ActivationStep, { x, y }: Between): void {
  const { name, parameter } = step;
  if (name === "silu") silu(graph, step, x, y);
  else if (name === "gelu") gelu(graph, step, { x, y });
  else {
    const [operator, attribute] = operators[name];
    graph.node(operator, [x], y, attribute === undefined ? {} : { [attribute]: { float: parameter } });
  }
}

/** x sigmoid(x). */
export function silu(graph: GraphWriter, step: Step, x: string, y: string): string {
  return graph.node("Mul", [x, graph.node("Sigmoid", [x], within(step, "sigmoid"))], y);
}

/** x (1 + erf(x / sqrt(2))) / 2: the operator Gelu comes with opset 20. Runtimes know this form and fuse it. */
function gelu(graph: GraphWriter, step: Step, { x, y }: Between): void {
  const name = (what: string) => within(step, what);
  const scaled = graph.node("Div", [x, graph.constant(name("root2"), Math.SQRT2)], name("scaled"));
  const erf = graph.node("Erf", [scaled], name("erf"));
  const twice = graph.node("Add", [erf, graph.constant(name("one"), 1)], name("twice"));
  const product = graph.node("Mul", [x, twice], name("product"));
  graph.node("Mul", [product, graph.constant(name("half"), 0.5)], y);
}

export function softmax(graph: GraphWriter, { logarithm }: SoftmaxStep, { x, y }: Between): void {
  graph.node(logarithm ? "LogSoftmax" : "Softmax", [x], y, { axis: { integer: -1 } });
}
