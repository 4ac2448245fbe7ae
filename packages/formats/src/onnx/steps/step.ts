/** The steps of a network as nodes of ONNX. Read the files that it imports first. */
import type { Step } from "../../network/steps.ts";
import type { GraphWriter } from "../graph-writer.ts";
import { activation, softmax } from "./activations.ts";
import { gaussians, spline } from "./edges.ts";
import { type Between, linear } from "./linear.ts";
import { batchNorm, layerNorm } from "./normalisations.ts";
import { elementwise, polynomial } from "./polynomials.ts";

/** Writes a step of which the values between have names. */
export function writeStep(graph: GraphWriter, step: Step, between: Between): void {
  if (step.kind === "linear") linear(graph, step, between);
  else if (step.kind === "polynomial") (step.elementwise ? elementwise : polynomial)(graph, step, between);
  else if (step.kind === "spline") spline(graph, step, between);
  else if (step.kind === "gaussians") gaussians(graph, step, between);
  else if (step.kind === "layer norm") layerNorm(graph, step, between);
  else if (step.kind === "batch norm") batchNorm(graph, step, between);
  else if (step.kind === "activation") activation(graph, step, between);
  else softmax(graph, step, between);
}
