/** Products and polynomials in powers. Read language.ts first. Order of operations: tensor/kernels/sums.ts. */
import { BLOCK } from "@polygrad/tensor/internal";
import type { LinearStep, PolynomialStep } from "../steps.ts";
import type { Code } from "./code.ts";
import type { Language, Place } from "./language.ts";

/** y[o] = the sum of the terms, in blocks, plus bias[o]. */
export function sums(
  language: Language,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
  { y }: Place,
  bias: string | undefined,
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
    const total = whole();
    const result = bias === undefined ? total : m.add(total, language.element(bias, "o"));
    language.assign(language.element(y, "o"), result);
  });
}

export function linear(language: Language, step: LinearStep, place: Place): void {
  const weight = language.constants(`weight${place.number}`, step.weight);
  const bias = step.bias && language.constants(`bias${place.number}`, step.bias);
  sums(language, step, place, bias, () =>
    language.singles.mul(language.element(place.x, "i"), language.element(weight, `o * ${step.inputs} + i`)),
  );
}

/** Up to this degree, Horner's rule is one line. */
const SHORT = 4;

/** Horner's rule from the highest power down to `last`, for coefficients that begin at an index. */
function horner(language: Language, weight: string, at: string, degree: number, last: number, x: Code): Code {
  const { singles: m } = language;
  const first = language.element(weight, `${at} + ${degree}`);
  if (degree <= SHORT) {
    let value = first;
    for (let k = degree - 1; k >= last; k--)
      value = m.add(language.element(weight, k === 0 ? at : `${at} + ${k}`), m.mul(x, value));
    return value;
  }
  const value = language.variable("single", "value", first);
  language.loopDown("k", degree - 1, last, () =>
    language.assign(value, m.add(language.element(weight, `${at} + k`), m.mul(x, value))),
  );
  return value;
}

export function polynomial(language: Language, step: PolynomialStep, place: Place): void {
  const { inputs, degree } = step;
  const weight = language.constants(`weight${place.number}`, step.weight);
  const bias = language.constants(
    `bias${place.number}`,
    sumsOfRows(step, (at) => step.weight[at]),
  );
  sums(language, step, place, bias, () => {
    const x = language.element(place.x, "i");
    const value = horner(language, weight, `(o * ${inputs} + i) * ${degree + 1}`, degree, 1, x);
    return language.singles.mul(x, value);
  });
}

/** For each output, the sum over the inputs of a term of the coefficients that begin at a place: in blocks, as all sums. */
export function sumsOfRows({ inputs, outputs, degree }: PolynomialStep, term: (at: number) => number): Float32Array {
  const totals = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++)
    for (let block = 0; block < inputs; block += BLOCK) {
      let sum = 0;
      for (let i = block; i < Math.min(block + BLOCK, inputs); i++)
        sum = Math.fround(sum + term((o * inputs + i) * (degree + 1)));
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
    const value = horner(language, weight, `i * ${degree + 1}`, degree, 0, x);
    language.assign(language.element(place.y, "i"), value);
  });
}
