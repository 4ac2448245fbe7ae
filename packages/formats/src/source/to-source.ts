/** `toSource`: a network as one function in a programming language. Read layers.ts first. */
import type { Layer } from "@polygrad/nn";
import { ArgumentError, ShapeError } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, described, integerFrom, oneOf } from "@polygrad/tensor/internal";
import { inputsOf, stepsOf } from "../network/network.ts";
import { isOfAnySize, type Step } from "../network/steps.ts";
import { c } from "./c.ts";
import type { Dialect } from "./dialect.ts";
import { glsl } from "./glsl.ts";
import { write } from "./layers.ts";
import { python } from "./python.ts";
import { typescript } from "./typescript.ts";
import { Writer } from "./writer.ts";

/** The languages that networks can be written in. */
export type SourceLanguage = "typescript" | "c" | "python" | "glsl";

const dialects: Readonly<Record<SourceLanguage, Dialect>> = { typescript, c, python, glsl };

/** Options of `toSource`. */
export interface SourceOptions {
  /** The name of the function; "network" by default. */
  readonly name?: string;
  /** The number of inputs, for models in which no layer says it. */
  readonly inputs?: number;
}

const functionName: Check = (operation, what, value) => {
  if (typeof value !== "string" || !/^[A-Za-z]\w*$/.test(value))
    throw new ArgumentError(`${operation}: ${what} must be a name such as "network", got ${described(value)}`);
};

const known: Checks<SourceOptions> = { name: functionName, inputs: integerFrom(1) };

/**
 * A network in evaluation as source: one function without dependencies, from the values of one sample to those that the
 * network computes. In TypeScript, C and Python, it gives the same bits as `model.forward`.
 *
 * - "typescript": a module that exports `network(x: ArrayLike<number>): Float32Array`.
 * - "c": C99, `void network(const float x[inputs], float y[outputs])`. Compile it with -ffp-contract=off.
 * - "python": a module for Python 3 with `network(x)`, from a sequence of numbers to a list.
 * - "glsl": GLSL ES 3.00, `void network(in float x[inputs], out float y[outputs])`, to follow `#version 300 es` in a shader
 *   of WebGL 2. It computes in single precision only: in the tests, results err by up to 2e-6 of the largest output, and by
 *   2e-5 after powers of high degree. It is for small networks; no array may have more than 16,384 numbers.
 *
 * The sign and the bits of NaN may differ.
 * @throws ArgumentError if the model has a layer that it does not know, and names it, or if an array is too long for the
 * language; ValueError for another language, or if a number is not finite; ShapeError if sizes do not fit
 */
export function toSource(model: Layer, language: SourceLanguage, options: SourceOptions = {}): string {
  oneOf("typescript", "c", "python", "glsl")("toSource", "the language", language);
  checkOptions("toSource", options, known);
  const steps = stepsOf("toSource", model);
  const inputs = inputsOf(steps) ?? options.inputs;
  if (inputs === undefined)
    throw new ShapeError("toSource: no layer says how many inputs there are; give their number in the option inputs");
  if (options.inputs !== undefined && options.inputs !== inputs)
    throw new ShapeError(`toSource: the model has ${inputs} inputs, but the option inputs is ${options.inputs}`);
  const target = new Writer(dialects[language], options.name ?? "network");
  let size = inputs;
  let result = target.input;
  for (const [k, step] of steps.entries()) {
    if (!isOfAnySize(step)) size = "outputs" in step ? step.outputs : step.inputs;
    const number = k + 1;
    target.comment(`${step.path}: ${about(step, size)}`);
    const y = target.array(`h${number}`, size);
    write(target, step, { number, x: result, y, size });
    result = y;
  }
  return target.finish(inputs, result, size);
}

/** A step in a few words. */
function about(step: Step, size: number): string {
  if (step.kind === "activation") return step.name;
  if (step.kind === "softmax") return step.logarithm ? "log softmax" : "softmax";
  if (step.kind !== "polynomial") return `${step.kind}, ${step.inputs} -> ${size}`;
  const { degree, basis, squash, elementwise, inputs } = step;
  const kind = `${elementwise ? "elementwise " : ""}polynomial of degree ${degree}`;
  const functions =
    basis === "monomial" && squash === "none" ? "" : `, ${basis}${squash === "none" ? "" : ` of ${squash}`}`;
  return `${kind}${functions}, ${inputs} -> ${size}`;
}
