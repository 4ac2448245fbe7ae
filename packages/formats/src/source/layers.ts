/** The steps of a network in any language. Read the files that it imports first. */
import type { Step } from "../network/steps.ts";
import { activation } from "./activations.ts";
import { basisPolynomial, elementwiseBasis } from "./bases.ts";
import { gaussians, spline } from "./edges.ts";
import type { Language, Place } from "./language.ts";
import { batchNorm, layerNorm } from "./normalisations.ts";
import { softmax } from "./softmax.ts";
import { elementwise, linear, polynomial } from "./sums.ts";

/** Writes a step, of which the result is already declared. */
export function write(language: Language, step: Step, place: Place): void {
  if (step.kind === "linear") linear(language, step, place);
  else if (step.kind === "spline") spline(language, step, place);
  else if (step.kind === "gaussians") gaussians(language, step, place);
  else if (step.kind === "layer norm") layerNorm(language, step, place);
  else if (step.kind === "batch norm") batchNorm(language, step, place);
  else if (step.kind === "activation") activation(language, step, place);
  else if (step.kind === "softmax") softmax(language, step, place);
  else if (step.basis === "monomial" && step.squash === "none")
    (step.elementwise ? elementwise : polynomial)(language, step, place);
  else (step.elementwise ? elementwiseBasis : basisPolynomial)(language, step, place);
}
