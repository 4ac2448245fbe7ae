/** Formulas: a network written out as mathematics. Read layers.ts, which writes each layer, and print.ts first. */
import type { Layer } from "@polygrad/nn";
import { ArgumentError, ShapeError, ValueError } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, described, integerFrom, numberFrom } from "@polygrad/tensor/internal";
import { inputsOf, stepsOf } from "../steps.ts";
import { basisValue } from "./bases.ts";
import {
  type Expression,
  evaluate,
  name,
  namesIn,
  number,
  power,
  product,
  type Rounding,
  rounded,
  sum,
} from "./expression.ts";
import { latex } from "./latex.ts";
import { apart } from "./layers.ts";
import { ordered, polynomialRing, type Term, type Terms } from "./polynomials.ts";
import { type Notation, print, text } from "./print.ts";
import { typescript } from "./typescript.ts";

/** Options of a formula. */
export interface FormulaOptions extends Rounding {
  /** The names of the inputs; by default x1, x2, ..., or x if there is one. */
  readonly inputs?: readonly string[];
  /** The names of the outputs; by default y1, y2, ..., or y if there is one. */
  readonly outputs?: readonly string[];
  /** Rounds each coefficient to so many significant digits; by default none is rounded. */
  readonly precision?: number;
  /** Leaves out the terms with a smaller coefficient; 0 by default. */
  readonly threshold?: number;
}

/** Options of an expansion. */
export interface ExpandOptions {
  /** The largest number of terms; 10,000 by default. */
  readonly terms?: number;
}

/** A name, and the expression that it stands for. */
export interface Definition {
  readonly name: string;
  readonly value: Expression;
}

/** Names of inputs or outputs: letters, digits and underscores, each name once. */
const names: Check = (operation, what, value) => {
  if (!Array.isArray(value))
    throw new ArgumentError(`${operation}: ${what} must be an array of names, got ${described(value)}`);
  for (const each of value)
    if (typeof each !== "string" || !/^[A-Za-z]\w*$/.test(each))
      throw new ArgumentError(
        `${operation}: ${what} must be names such as "x1", of letters, digits and underscores, got ${described(each)}`,
      );
};

const known: Checks<FormulaOptions> = {
  inputs: names,
  outputs: names,
  precision: integerFrom(1, 17),
  threshold: numberFrom(0),
};
const expansion: Checks<ExpandOptions> = { terms: integerFrom(1) };

/** A network as mathematics: definitions, each of which uses the inputs and those before it; the last are the outputs. */
export class Formula {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** What is printed and evaluated: rounded, if that was asked for. */
  readonly definitions: readonly Definition[];
  readonly #exact: readonly Definition[];
  readonly #rounding: Rounding;

  constructor(
    inputs: readonly string[],
    outputs: readonly string[],
    definitions: readonly Definition[],
    rounding: Rounding,
  ) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.#exact = definitions;
    this.#rounding = rounding;
    this.definitions = definitions.map(({ name, value }) => ({ name, value: rounded(value, rounding) }));
  }

  /**
   * The values of the outputs in double precision.
   * @throws ArgumentError if the inputs are no numbers; ShapeError if there are too many or too few
   */
  evaluate(inputs: ArrayLike<number>): number[] {
    if (typeof inputs !== "object" || inputs === null || !("length" in inputs))
      throw new ArgumentError(`Formula.evaluate: needs an array of numbers, got ${described(inputs)}`);
    if (inputs.length !== this.inputs.length)
      throw new ShapeError(`Formula.evaluate: needs ${this.inputs.length} inputs, got ${inputs.length}`);
    const values = new Map(this.inputs.map((input, k) => [input, Number(inputs[k])]));
    for (const { name, value } of this.definitions) values.set(name, evaluate(value, values));
    return this.outputs.map((output) => values.get(output) ?? Number.NaN);
  }

  /** Plain text, with a line for each definition: y = 0.5*x1^2. Numbers have as many digits as tell float32s apart. */
  toString(): string {
    return this.#lines(text).join("\n");
  }

  /** LaTeX: a line for each definition, in an `aligned` environment. */
  toLatex(): string {
    const lines = this.#lines(latex, " &= ");
    return `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}`;
  }

  /**
   * TypeScript: a module that exports a function of this name, which takes the inputs in an array and computes in double
   * precision. For the same bits as the network, see `toSource`.
   * @throws ArgumentError if the name is none
   */
  toTypeScript(functionName = "formula"): string {
    names("Formula.toTypeScript", "the name", [functionName]);
    const { notation, needed } = typescript();
    const lines = this.#lines(notation).map((line) => `  const ${line};\n`);
    const parameters = `[${this.inputs.map(notation.name).join(", ")}]: readonly number[]`;
    const body = `${lines.join("")}  return [${this.outputs.map(notation.name).join(", ")}];\n`;
    const functions = needed().map((source) => `${source}\n\n`);
    return `${functions.join("")}export function ${functionName}(${parameters}): number[] {\n${body}}\n`;
  }

  #lines(notation: Notation, equals = " = "): string[] {
    return this.definitions.map(({ name, value }) => `${notation.name(name)}${equals}${print(value, notation)}`);
  }

  /**
   * Each output as one polynomial of the inputs, by multiplying everything out in double precision.
   * @throws ValueError if a definition is no polynomial, or there are more terms than `terms`
   */
  expand(options: ExpandOptions = {}): Expansion {
    checkOptions("Formula.expand", options, expansion);
    const ring = polynomialRing(this.inputs.length, options.terms ?? 10_000);
    const values = new Map<string, Terms>(this.inputs.map((input, k) => [input, ring.variable(k)]));
    for (const definition of this.#exact) values.set(definition.name, termsOf(definition, ring, values));
    const terms = this.outputs.map((output) => ordered(values.get(output) ?? new Map()));
    return new Expansion(this.inputs, this.outputs, terms, this.#rounding);
  }
}

/** A formula in which each output is one polynomial of the inputs. */
export class Expansion extends Formula {
  /** The terms of each output, not rounded, by falling degree. */
  readonly terms: readonly (readonly Term[])[];

  constructor(
    inputs: readonly string[],
    outputs: readonly string[],
    terms: readonly (readonly Term[])[],
    rounding: Rounding,
  ) {
    const definitions = outputs.map((output, o) => ({ name: output, value: sum(terms[o].map(monomial)) }));
    super(inputs, outputs, definitions, rounding);
    this.terms = terms;
    function monomial({ coefficient, powers }: Term): Expression {
      const factors = powers.flatMap((exponent, k) => (exponent === 0 ? [] : [power(name(inputs[k]), exponent)]));
      return product([number(coefficient), ...factors]);
    }
  }
}

function termsOf(
  definition: Definition,
  ring: ReturnType<typeof polynomialRing>,
  values: ReadonlyMap<string, Terms>,
): Terms {
  const visit = (expression: Expression): Terms => {
    switch (expression.kind) {
      case "number":
        return ring.number(expression.value);
      case "name":
        return values.get(expression.name) ?? ring.number(0);
      case "sum":
        return expression.terms.map(visit).reduce(ring.add, ring.number(0));
      case "product":
        return expression.factors.map(visit).reduce(ring.mul, ring.number(1));
      case "power": {
        const base = visit(expression.base);
        return new Array<Terms>(expression.exponent).fill(base).reduce(ring.mul, ring.number(1));
      }
      case "quotient":
        if (expression.bottom.kind !== "number") break;
        return ring.mul(ring.number(1 / expression.bottom.value), visit(expression.top));
      case "basis":
        return basisValue(ring, expression.basis, expression.order, visit(expression.argument));
      case "function":
        break;
    }
    throw new ValueError(
      `expand: ${definition.name} contains ${expression.kind === "function" ? expression.name : "a quotient"}, ` +
        "so the network is no polynomial; print the formula as it is",
    );
  };
  return visit(definition.value);
}

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
    values = apart(step, values, (value, prefix) => {
      if (value.kind === "name" || value.kind === "number") return value;
      let own = prefix === undefined ? `h${layer}_${++defined}` : `${prefix}${layer}`;
      while (taken.has(own)) own += "_";
      take(own);
      definitions.push({ name: own, value });
      return name(own);
    });
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
