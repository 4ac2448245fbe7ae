/** `formula`: a network written out as mathematics. Read layers.ts, which writes each layer, and written.ts first. */
import type { Layer } from "@polygrad/nn";
import { ArgumentError, ShapeError } from "@polygrad/tensor";
import { type Checks, checkOptions, integerFrom, numberFrom, oneOf } from "@polygrad/tensor/internal";
import { inputsOf, stepsOf } from "../network/network.ts";
import { type Definition, type Expression, name, namesIn } from "./expression.ts";
import { apart, type Define } from "./layers.ts";
import type { Rounding } from "./rounding.ts";
import { Formula, names } from "./written.ts";

/** Options of a formula. */
export interface FormulaOptions extends Rounding {
  /** The names of the inputs; by default x1, x2, ..., or x if there is one. */
  readonly inputs?: readonly string[];
  /** The names of the outputs; by default y1, y2, ..., or y if there is one. */
  readonly outputs?: readonly string[];
  /** Whether to write the functions of a basis by name, such as T2(x), which is the default, or in powers: 2*x^2 - 1. */
  readonly bases?: "named" | "powers";
  /** Rounds each coefficient to so many significant digits; by default none is rounded. */
  readonly precision?: number;
  /** Leaves out the terms with a smaller coefficient; 0 by default. */
  readonly threshold?: number;
}

const known: Checks<FormulaOptions> = {
  inputs: names,
  outputs: names,
  bases: oneOf("named", "powers"),
  precision: integerFrom(1, 17),
  threshold: numberFrom(0),
};
/**
 * A network in evaluation as a formula of its inputs: Sequential, Linear, Polynomial, LayerNorm, BatchNorm1d, Flatten,
 * Dropout and the activations. Its values are those of the network, but for rounding.
 * @throws ArgumentError if the model has a layer that is none of these, and names it; ShapeError if sizes do not fit
 */
export function formula(model: Layer, options: FormulaOptions = {}): Formula {
  checkOptions("formula", options, known);
  const steps = stepsOf("formula", model);
  const size = inputsOf(steps) ?? options.inputs?.length;
  if (size === undefined)
    throw new ShapeError("formula: no layer says how many inputs there are; name them in the option inputs");
  const inputs = options.inputs ?? numbered("x", size);
  if (inputs.length !== size)
    throw new ShapeError(`formula: the model has ${size} inputs, but inputs has ${inputs.length} names`);
  const taken = new Set<string>();
  const take = (own: string) => {
    if (taken.has(own)) throw new ArgumentError(`formula: the name ${own} stands for two things; choose another one`);
    taken.add(own);
  };
  for (const own of [...inputs, ...(options.outputs ?? [])]) take(own);
  const definitions: Definition[] = [];
  let values: Expression[] = inputs.map(name);
  for (const [layer, step] of steps.entries()) {
    let defined = 0;
    const define: Define = (value, label) => {
      if (value.kind === "name" || value.kind === "number") return value;
      let own = label === undefined ? `h${layer}_${++defined}` : `${label[0]}${layer}${label.slice(1)}`;
      while (taken.has(own)) own += "_";
      take(own);
      definitions.push({ name: own, value });
      return name(own);
    };
    values = apart(step, values, define, options.bases ?? "named");
  }
  const outputs = options.outputs ?? numbered("y", values.length);
  if (outputs.length !== values.length)
    throw new ShapeError(`formula: the model has ${values.length} outputs, but outputs has ${outputs.length} names`);
  for (const own of options.outputs === undefined ? outputs : []) take(own);
  for (const [o, value] of values.entries()) definitions.push({ name: outputs[o], value });
  return new Formula(inputs, outputs, used(definitions, outputs), {
    precision: options.precision,
    threshold: options.threshold,
  });
}

function numbered(letter: string, count: number): string[] {
  return count === 1 ? [letter] : Array.from({ length: count }, (_, k) => `${letter}${k + 1}`);
}

/** The definitions on which the outputs depend. */
function used(definitions: readonly Definition[], outputs: readonly string[]): Definition[] {
  const needed = new Set(outputs);
  return definitions
    .toReversed()
    .filter(({ name, value }) => {
      if (needed.has(name)) for (const each of namesIn(value)) needed.add(each);
      return needed.has(name);
    })
    .toReversed();
}
