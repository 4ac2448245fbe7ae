/** Normalisations as ONNX. Read linear.ts first. */
import type { BatchNormStep, LayerNormStep, Step } from "../../network/steps.ts";
import { type GraphWriter, partOf, within } from "../graph-writer.ts";
import type { Between } from "./linear.ts";

/** The opset from which LayerNormalization is an operator. */
const LAYER_NORMALIZATION = 17;

export function layerNorm(graph: GraphWriter, step: Step & LayerNormStep, { x, y }: Between): void {
  const name = (what: string) => within(step, what);
  const [weight, bias] = [flat(graph, step, "weight"), flat(graph, step, "bias")];
  if (graph.opset >= LAYER_NORMALIZATION) {
    graph.node("LayerNormalization", [x, weight, bias], y, { axis: { integer: -1 }, epsilon: { float: step.epsilon } });
    return;
  }
  const mean = (of: string, what: string) => graph.node("ReduceMean", [of], name(what), { axes: { integers: [-1] } });
  const centred = graph.node("Sub", [x, mean(x, "mean")], name("centred"));
  const variance = mean(graph.node("Mul", [centred, centred], name("squares")), "variance");
  const positive = graph.node("Add", [variance, graph.constant(name("epsilon"), step.epsilon)], name("positive"));
  const unit = graph.node("Div", [centred, graph.node("Sqrt", [positive], name("deviation"))], name("unit"));
  graph.node("Add", [graph.node("Mul", [unit, weight], name("scaled")), bias], y);
}

/** A parameter of a LayerNorm over several axes as one row. */
function flat(graph: GraphWriter, step: Step & LayerNormStep, field: string): string {
  const parameter = graph.state(step, field);
  if (partOf(step, field).value.rank === 1) return parameter;
  const shape = graph.integers(within(step, `${field}Shape`), step.inputs);
  return graph.node("Reshape", [parameter, shape], within(step, `${field}Row`));
}

export function batchNorm(graph: GraphWriter, step: Step & BatchNormStep, { x, y }: Between): void {
  const { inputs, affine, epsilon } = step;
  const same = (what: string, value: number) =>
    graph.constant(within(step, what), new Float32Array(inputs).fill(value), [inputs]);
  const [weight, bias] = affine
    ? [graph.state(step, "weight"), graph.state(step, "bias")]
    : [same("ones", 1), same("zeros", 0)];
  const statistics = [graph.state(step, "runningMean"), graph.state(step, "runningVariance")];
  graph.node("BatchNormalization", [x, weight, bias, ...statistics], y, { epsilon: { float: epsilon } });
}
