/** A formula: its values, its texts, its expansion. Read print.ts and expand.ts first. */
import { ArgumentError, ShapeError } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, described, integerFrom } from "@polygrad/tensor/internal";
import { expanded } from "./expand.ts";
import { type Definition, type Expression, evaluate, name, number, power, product, sum } from "./expression.ts";
import { latex } from "./latex.ts";
import { ordered, type Term } from "./polynomials.ts";
import { type Notation, print, text } from "./print.ts";
import { type Rounding, rounded } from "./rounding.ts";
import { typescript } from "./typescript.ts";

/** Options of an expansion. */
export interface ExpandOptions {
  /** The largest number of terms; 10,000 by default. */
  readonly terms?: number;
}

/** Names of inputs or outputs: letters, digits and underscores, each name once. */
export const names: Check = (operation, what, value) => {
  if (!Array.isArray(value))
    throw new ArgumentError(`${operation}: ${what} must be an array of names, got ${described(value)}`);
  for (const each of value)
    if (typeof each !== "string" || !/^[A-Za-z]\w*$/.test(each))
      throw new ArgumentError(
        `${operation}: ${what} must be names such as "x1", of letters, digits and underscores, got ${described(each)}`,
      );
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
   * @throws ArgumentError if the inputs are not numbers; ShapeError if there are too many or too few
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
   * @throws ValueError if a definition is not a polynomial, or there are more terms than `terms`
   */
  expand(options: ExpandOptions = {}): Expansion {
    checkOptions("Formula.expand", options, expansion);
    const values = expanded(this.inputs, this.#exact, options.terms ?? 10_000);
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
