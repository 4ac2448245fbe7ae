/** Polynomials in a basis, or after tanh. Read sums.ts first. Order of operations: tensor/kernels/basis/forward.ts. */
import { basisAtZero, recurrences, tanh } from "@polygrad/tensor/internal";
import type { PolynomialStep } from "../network/steps.ts";
import type { Code } from "./code.ts";
import type { Language, Place } from "./language.ts";
import { biasesOf, inputsFirst, rowsAt, sums, sumsOfRows, termsOf } from "./sums.ts";

/** The variables phi_0(t), ..., phi_degree(t), in double precision, with t = squash(x). */
function values(language: Language, { degree, basis, squash }: PolynomialStep, x: Code): Code[] {
  const { doubles: m } = language;
  const own = language.widen(x);
  const t = language.variable("double", "t1", squash === "tanh" ? m.call("tanh", tanh, own) : own);
  const all = [m.number(1), t];
  for (let k = 1; k < degree; k++) {
    const [a, b] = recurrences[basis](k);
    const first = m.mul(m.number(a), m.mul(t, all[k]));
    const next = b === 0 ? first : m.sub(first, m.mul(m.number(b), all[k - 1]));
    all.push(language.variable("double", `t${k + 1}`, next));
  }
  return all;
}

/**
 * y[o] = sum_i (w_1 s_1 + w_2 s_2 + ...) + what the terms are at 0 + bias[o], where s_k is phi_k(squash(x[i])) less its
 * value at 0, rounded.
 */
export function basisPolynomial(language: Language, step: PolynomialStep, place: Place): void {
  const { singles: m, doubles } = language;
  const { number, x, y } = place;
  const { inputs, outputs, bias } = step;
  const [terms, first] = [termsOf(step), Number(bias === undefined)];
  const shape = { inputs, outputs, terms };
  const atZero = basisAtZero(step);
  const weight = language.constants(`weight${number}`, inputsFirst(step.weight, shape));
  const constants = atZero.slice(atZero.length - terms).map(Math.fround);
  const sumsAtZero = sumsOfRows(step, (at) =>
    constants
      .map((value, k) => Math.fround(value * step.weight[at + k]))
      .reduce((sum, product) => Math.fround(sum + product)),
  );
  const biases = [language.constants(`zero${number}`, sumsAtZero), ...biasesOf(language, step, place)];
  sums(language, { name: String(number), inputs, outputs, x, y, biases }, (t) => {
    const functions = values(language, step, t)
      .map((value, k) => (atZero[k] === 0 ? value : doubles.sub(value, doubles.number(atZero[k]))))
      .slice(1)
      .map((value, k) => language.variable("single", `s${k + 1}`, language.narrow(value)));
    const rows = rowsAt(language, "at", `i * ${terms * outputs}`, outputs);
    return () =>
      functions.map((value, k) => m.mul(value, rows(weight, k + first))).reduce((sum, term) => m.add(sum, term));
  });
}

/** y[i] = w_0 phi_0 + w_1 phi_1 + ... at squash(x[i]), from the left. */
export function elementwiseBasis(language: Language, step: PolynomialStep, { number, x, y }: Place): void {
  const { singles: m } = language;
  const { inputs, degree } = step;
  const weight = language.constants(`weight${number}`, step.weight);
  language.loop("i", "0", String(inputs), 1, () => {
    const [first, ...others] = values(language, step, language.element(x, "i")).map((value, k) =>
      m.mul(language.narrow(value), language.element(weight, `i * ${degree + 1} + ${k}`)),
    );
    language.assign(
      language.element(y, "i"),
      others.reduce((sum, term) => m.add(sum, term), first),
    );
  });
}
