/** The steps of a network in any language. Read the files that it imports first. */
import { ArgumentError } from "@polygrad/tensor";
import type { Step } from "../steps.ts";
import { activation } from "./activations.ts";
import { basisPolynomial, elementwiseBasis } from "./bases.ts";
import type { Language, Place } from "./language.ts";
import { batchNorm, layerNorm } from "./normalisations.ts";
import { elementwise, linear, polynomial } from "./sums.ts";

/** Writes a step, of which the result is already declared. */
export function write(language: Language, step: Step, place: Place): void {
  if (step.kind === "linear") linear(language, step, place);
  else if (step.kind === "layer norm") layerNorm(language, step, place);
  else if (step.kind === "batch norm") batchNorm(language, step, place);
  else if (step.kind === "activation") activation(language, step, place);
  else if (step.kind !== "polynomial")
    throw new ArgumentError(
      `toSource: ${step.path} is a layer of ${step.kind === "spline" ? "splines" : step.kind}, of which there is no source; formula() can write it`,
    );
  else if (step.basis === "monomial" && step.squash === "none")
    (step.elementwise ? elementwise : polynomial)(language, step, place);
  else (step.elementwise ? elementwiseBasis : basisPolynomial)(language, step, place);
}
