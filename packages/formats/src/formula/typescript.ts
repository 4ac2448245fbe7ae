/** TypeScript source of a formula, which computes in double precision. Read print.ts first. */

import type { Basis } from "@polygrad/tensor";
import { ArgumentError } from "@polygrad/tensor";
import type { FunctionName } from "./expression.ts";
import type { Notation } from "./print.ts";

const calls: Readonly<Record<FunctionName, string>> = {
  relu: "Math.max(0, ",
  exp: "Math.exp(",
  log: "Math.log(",
  tanh: "Math.tanh(",
  sigmoid: "sigmoid(",
  softplus: "softplus(",
  gelu: "gelu(",
  sqrt: "Math.sqrt(",
};

const sources: Readonly<Record<string, string>> = {
  sigmoid: "const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));",
  softplus: "const softplus = (x: number): number => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));",
  bspline: `function bspline(knots: readonly number[], x: number): number {
  let values: number[] = knots.slice(1).map((end, k) => (knots[k] <= x && x < end ? 1 : 0));
  for (let d = 1; values.length > 1; d++) {
    const part = (k: number, from: number): number => {
      const width = knots[k + d] - knots[k];
      return width > 0 ? ((x - from) / width) * values[k] : 0;
    };
    values = values.slice(1).map((_, k) => part(k, knots[k]) - part(k + 1, knots[k + 1 + d]));
  }
  return values[0];
}`,
  chebyshev: recurrence("chebyshev", "2 * x * value - before"),
  legendre: recurrence("legendre", "((2 * k + 1) * x * value - k * before) / (k + 1)"),
  hermite: recurrence("hermite", "(x * value - Math.sqrt(k) * before) / Math.sqrt(k + 1)"),
};

function recurrence(basis: Basis, next: string): string {
  return (
    `function ${basis}(order: number, x: number): number {\n  let [before, value] = [1, x];\n` +
    `  for (let k = 1; k < order; k++) [before, value] = [value, ${next}];\n  return value;\n}`
  );
}

/** Words that JavaScript does not allow as names. */
const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof var void while with yield Math sigmoid softplus " +
    "chebyshev legendre hermite bspline"
  ).split(" "),
);

/** Whether JavaScript does not allow a word as a name, or the sources use it themselves. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word);
}

/** A notation, and the functions that what it has printed needs. */
export function typescript(): { readonly notation: Notation; readonly needed: () => string[] } {
  const needed = new Set<string>();
  const notation: Notation = {
    number: String,
    name: (name) => (isReserved(name) ? `${name}_` : name),
    product: (factors) => factors.join(" * "),
    // -x ** 2 is a syntax error.
    negative: (term) => (/^[\w.]+ \*\* \d+$|^\(.*\*\*/.test(term) ? `-1 * ${term}` : `-${term}`),
    power: (base, exponent) => `${base} ** ${exponent}`,
    isBar: false,
    quotient: (top, bottom) => `${top} / ${bottom}`,
    group: (inner) => `(${inner})`,
    function(name, argument) {
      if (name === "gelu") throw new ArgumentError("formula: JavaScript has no gelu; use toString() or toLatex()");
      needed.add(name);
      return `${calls[name]}${argument})`;
    },
    bspline(knots, argument) {
      needed.add("bspline");
      return `bspline([${knots.join(", ")}], ${argument})`;
    },
    basis(basis, order, argument) {
      needed.add(basis);
      return `${basis}(${order}, ${argument})`;
    },
  };
  return { notation, needed: () => [...needed].filter((name) => name in sources).map((name) => sources[name]) };
}
