/** Linear layers as ONNX: y = x W^T + b. Read graph-writer.ts first. */
import type { LinearStep, Step } from "../../network/steps.ts";
import type { GraphWriter } from "../graph-writer.ts";

/** The names of the values that a step takes and gives. */
export interface Between {
  readonly x: string;
  readonly y: string;
}

export function linear(graph: GraphWriter, step: Step & LinearStep, { x, y }: Between): void {
  const weight = graph.state(step, "weight");
  const bias = step.bias === undefined ? [] : [graph.state(step, "bias")];
  graph.node("Gemm", [x, weight, ...bias], y, { transB: { integer: 1 } });
}
