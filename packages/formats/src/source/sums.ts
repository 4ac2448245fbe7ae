/** Products and polynomials in powers. Read language.ts first. Order of operations: tensor/kernels/sums.ts. */
import type { Floats } from "@polygrad/tensor";
import { BLOCK } from "@polygrad/tensor/internal";
import type { LinearStep, PolynomialStep } from "../steps.ts";
import type { Code } from "./code.ts";
import type { Language, Place } from "./language.ts";

/** y[o] = the sum of the terms, in blocks, plus the biases of o, one after the other. */
export function sums(
  language: Language,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
  { y }: Place,
  biases: readonly string[],
  term: () => Code,
): void {
  const { singles: m } = language;
  const zero = m.number(0);
  language.loop("o", "0", String(outputs), 1, () => {
    const one = (from: string, to: string) => {
      const sum = language.variable("single", "sum", zero);
      language.loop("i", from, to, 1, () => language.assign(sum, m.add(sum, term())));
      return sum;
    };
    const whole = () => {
      if (inputs <= BLOCK) return one("0", String(inputs));
      const total = language.variable("single", "total", zero);
      language.loop("block", "0", String(inputs), BLOCK, () => {
        const sum = one("block", language.least(`block + ${BLOCK}`, String(inputs)));
        language.assign(total, m.add(total, sum));
      });
      return total;
    };
    const result = biases.reduce((total, bias) => m.add(total, language.element(bias, "o")), whole());
    language.assign(language.element(y, "o"), result);
  });
}

export function linear(language: Language, step: LinearStep, place: Place): void {
  const weight = language.constants(`weight${place.number}`, step.weight);
  sums(language, step, place, biasesOf(language, step, place), () =>
    language.singles.mul(language.element(place.x, "i"), language.element(weight, `o * ${step.inputs} + i`)),
  );
}

/** The bias of a layer, if it has one. */
export function biasesOf(
  language: Language,
  { bias }: { readonly bias: Floats | undefined },
  { number }: Place,
): readonly string[] {
  return bias === undefined ? [] : [language.constants(`bias${number}`, bias)];
}

/** Up to this degree, Horner's rule is one line. */
const SHORT = 4;

/** Horner's rule from the highest power down to `last`, for a list of coefficients of which the first is at an index. */
function horner(language: Language, weight: string, at: string, count: number, last: number, x: Code): Code {
  const { singles: m } = language;
  const first = language.element(weight, `${at} + ${count - 1}`);
  if (count <= SHORT + 1) {
    let value = first;
    for (let k = count - 2; k >= last; k--)
      value = m.add(language.element(weight, k === 0 ? at : `${at} + ${k}`), m.mul(x, value));
    return value;
  }
  const value = language.variable("single", "value", first);
  language.loopDown("k", count - 2, last, () =>
    language.assign(value, m.add(language.element(weight, `${at} + k`), m.mul(x, value))),
  );
  return value;
}

export function polynomial(language: Language, step: PolynomialStep, place: Place): void {
  const { inputs, bias } = step;
  const [terms, first] = [termsOf(step), Number(bias === undefined)];
  const weight = language.constants(`weight${place.number}`, step.weight);
  const own = bias ?? sumsOfRows(step, (at) => step.weight[at]);
  sums(language, step, place, biasesOf(language, { bias: own }, place), () => {
    const x = language.element(place.x, "i");
    const value = horner(language, weight, `(o * ${inputs} + i) * ${terms}`, terms, first, x);
    return language.singles.mul(x, value);
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
    const x = language.element(place.x, "i");
    const value = horner(language, weight, `i * ${degree + 1}`, degree + 1, 0, x);
    language.assign(language.element(place.y, "i"), value);
  });
}
