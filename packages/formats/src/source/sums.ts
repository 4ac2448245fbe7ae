/**
 * Sums over the inputs, products and polynomials in powers. Read language.ts first. Order of operations:
 * tensor/kernels/sums.ts.
 *
 * The outputs are in the innermost loop: their sums do not depend on each other, so compilers may use vectors, and the
 * bits stay. Inputs that are 0 are skipped, as they are by kernels: they leave the sums as they are.
 */
import type { Floats } from "@polygrad/tensor";
import { BLOCK } from "@polygrad/tensor/internal";
import type { LinearStep, PolynomialStep } from "../network/steps.ts";
import { atom, type Code } from "./code.ts";
import type { Language, Place } from "./language.ts";

/** What is summed. */
export interface Sum {
  /** The name of the sum, and how many inputs and outputs it has. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** The arrays that it reads and writes. */
  readonly x: string;
  readonly y: string;
  /** Constants that are added at last, one after the other. */
  readonly biases: readonly string[];
}

/** y[o] = sum_i term(x[i], i, o), in blocks, plus the biases. What `term` is made of once for all outputs, `of` writes. */
export function sums(language: Language, sum: Sum, of: (t: Code) => () => Code): void {
  const { name, inputs, outputs, x, y, biases } = sum;
  const { singles: m } = language;
  const zero = m.number(0);
  const each = (body: () => void) => language.loop("o", "0", String(outputs), 1, body);
  const [block, total] = [`sum${name}`, `total${name}`].map((array) => ({ array, at: language.element(array, "o") }));
  const one = (from: string, to: string) => {
    each(() => language.assign(block.at, zero));
    language.loop("i", from, to, 1, () => {
      const t = language.variable("single", "t", language.element(x, "i"));
      language.continueIf(m.equal(t, zero));
      const term = of(t);
      each(() => language.assign(block.at, m.add(block.at, term())));
    });
  };
  language.array(block.array, outputs);
  if (inputs > BLOCK) {
    language.array(total.array, outputs);
    each(() => language.assign(total.at, zero));
    language.loop("block", "0", String(inputs), BLOCK, () => {
      one("block", language.least(`block + ${BLOCK}`, String(inputs)));
      each(() => language.assign(total.at, m.add(total.at, block.at)));
    });
  } else one("0", String(inputs));
  each(() => {
    const start = inputs > BLOCK ? total.at : block.at;
    const result = biases.reduce((value, bias) => m.add(value, language.element(bias, "o")), start);
    language.assign(language.element(y, "o"), result);
  });
}

export function linear(language: Language, { inputs, outputs, weight, bias }: LinearStep, place: Place): void {
  const { number, x, y } = place;
  const shape = { inputs, outputs, terms: 1 };
  const own = language.constants(`weight${number}`, inputsFirst(weight, shape));
  const sum = { name: String(number), inputs, outputs, x, y, biases: biasesOf(language, { bias }, place) };
  sums(language, sum, products(language, own, shape));
}

/** The terms of a product with weights. */
export function products(
  language: Language,
  weight: string,
  { outputs }: { readonly outputs: number },
): (t: Code) => () => Code {
  return (t) => {
    const rows = rowsAt(language, "at", `i * ${outputs}`, outputs);
    return () => language.singles.mul(t, rows(weight, 0));
  };
}

/** The bias of a layer, if it has one. */
export function biasesOf(
  language: Language,
  { bias }: { readonly bias: Floats | undefined },
  { number }: Place,
): readonly string[] {
  return bias === undefined ? [] : [language.constants(`bias${number}`, bias)];
}

/** Weights [outputs, inputs, terms] as [inputs, terms, outputs]. */
export function inputsFirst(
  weight: Floats,
  { inputs, outputs, terms }: Readonly<Record<"inputs" | "outputs" | "terms", number>>,
): Float32Array {
  const turned = new Float32Array(weight.length);
  for (let o = 0; o < outputs; o++)
    for (let k = 0; k < inputs * terms; k++) turned[k * outputs + o] = weight[o * inputs * terms + k];
  return turned;
}

/** Where the weights of an input are: an index, in a variable, and from there a row of outputs for each term. */
export function rowsAt(
  language: Language,
  name: string,
  index: string,
  outputs: number,
): (array: string, term: number) => Code {
  language.variable("integer", name, atom(index));
  return (array, term) => language.element(array, `${name}${term === 0 ? "" : ` + ${term * outputs}`} + o`);
}

/** Up to this degree, Horner's rule is one line. */
const SHORT = 4;

/** Horner's rule for coefficients of which the last is that of the highest power. */
function horner(language: Language, coefficients: readonly Code[], t: Code): Code {
  const { singles: m } = language;
  const [highest, ...others] = coefficients.toReversed();
  if (others.length <= SHORT) return others.reduce((value, own) => m.add(own, m.mul(t, value)), highest);
  const value = language.variable("single", "value", highest);
  for (const own of others) language.assign(value, m.add(own, m.mul(t, value)));
  return value;
}

export function polynomial(language: Language, step: PolynomialStep, place: Place): void {
  const { inputs, outputs, degree, bias } = step;
  const { number, x, y } = place;
  const all = termsOf(step);
  const own = bias ?? sumsOfRows(step, (at) => step.weight[at]);
  const shape = { inputs, outputs, terms: degree };
  const powers = step.weight.filter((_, at) => all === degree || at % all > 0);
  const weight = language.constants(`weight${number}`, inputsFirst(powers, shape));
  const biases = biasesOf(language, { bias: own }, place);
  sums(language, { name: String(number), inputs, outputs, x, y, biases }, (t) => {
    const rows = rowsAt(language, "at", `i * ${degree * outputs}`, outputs);
    const coefficients = Array.from({ length: degree }, (_, k) => rows(weight, k));
    return () => language.singles.mul(t, horner(language, coefficients, t));
  });
}

/** The number of coefficients of an edge: with a bias, it has no constant term. */
export function termsOf({ degree, bias }: PolynomialStep): number {
  return degree + Number(bias === undefined);
}

/** For each output, the sum over the inputs of a term of the coefficients that begin at a place: in blocks, as all sums. */
export function sumsOfRows(step: PolynomialStep, term: (at: number) => number): Float32Array {
  const { inputs, outputs } = step;
  const totals = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++)
    for (let block = 0; block < inputs; block += BLOCK) {
      let sum = 0;
      for (let i = block; i < Math.min(block + BLOCK, inputs); i++)
        sum = Math.fround(sum + term((o * inputs + i) * termsOf(step)));
      totals[o] = Math.fround(totals[o] + sum);
    }
  return totals;
}

export function elementwise(
  language: Language,
  { inputs, degree, weight: values }: PolynomialStep,
  place: Place,
): void {
  const weight = language.constants(`weight${place.number}`, values);
  language.loop("i", "0", String(inputs), 1, () => {
    const t = language.variable("single", "t", language.element(place.x, "i"));
    const at = (k: number) => `i * ${degree + 1}${k === 0 ? "" : ` + ${k}`}`;
    const coefficients = Array.from({ length: degree + 1 }, (_, k) => language.element(weight, at(k)));
    language.assign(language.element(place.y, "i"), horner(language, coefficients, t));
  });
}
