/** Prints expressions: what all notations have in common, which is order, signs and brackets. Read expression.ts first. */
import type { Basis } from "@polygrad/tensor";
import { coefficientOf, type Expression, type FunctionName, number, product, quotient } from "./expression.ts";

/** How a notation writes each kind of expression. Its parts are printed already. */
export interface Notation {
  /** A number that is not negative. */
  number(value: number): string;
  name(name: string): string;
  product(factors: readonly string[]): string;
  negative(term: string): string;
  power(base: string, exponent: number): string;
  /** A quotient; `isBar`: whether it needs no brackets around its parts. */
  readonly isBar: boolean;
  quotient(top: string, bottom: string): string;
  group(inner: string): string;
  function(name: FunctionName, argument: string): string;
  basis(basis: Basis, order: number, argument: string): string;
  bspline(knots: readonly string[], argument: string): string;
}

/** How tightly an expression holds together. */
const SUM = 0;
const PRODUCT = 1;
const POWER = 2;
const ATOM = 3;

function tightness(expression: Expression): number {
  if (expression.kind === "sum") return SUM;
  if (coefficientOf(expression) < 0) return SUM;
  if (expression.kind === "product" || expression.kind === "quotient") return PRODUCT;
  return expression.kind === "power" ? POWER : ATOM;
}

/** The expression as text, in brackets if it holds together less than `least`. */
function part(expression: Expression, notation: Notation, least: number): string {
  const text = print(expression, notation);
  return tightness(expression) < least ? notation.group(text) : text;
}

/** An expression in a notation. */
export function print(expression: Expression, notation: Notation): string {
  if (expression.kind !== "sum" && coefficientOf(expression) < 0)
    return notation.negative(part(negated(expression), notation, PRODUCT));
  switch (expression.kind) {
    case "number":
      return notation.number(expression.value);
    case "name":
      return notation.name(expression.name);
    case "sum":
      return expression.terms
        .map((term, k) => {
          const isNegative = coefficientOf(term) < 0;
          const size = part(isNegative ? negated(term) : term, notation, PRODUCT);
          if (k === 0) return isNegative ? notation.negative(size) : size;
          return `${isNegative ? " - " : " + "}${size}`;
        })
        .join("");
    case "product":
      return notation.product(expression.factors.map((factor) => part(factor, notation, POWER)));
    case "power":
      return notation.power(part(expression.base, notation, ATOM), expression.exponent);
    case "quotient": {
      const [top, bottom] = notation.isBar ? [SUM, SUM] : [PRODUCT, POWER];
      return notation.quotient(part(expression.top, notation, top), part(expression.bottom, notation, bottom));
    }
    case "function":
      return notation.function(expression.name, print(expression.argument, notation));
    case "basis":
      return notation.basis(expression.basis, expression.order, print(expression.argument, notation));
    case "bspline": {
      const knots = expression.knots.map((knot) => print(number(knot), notation));
      return notation.bspline(knots, print(expression.argument, notation));
    }
  }
}

function negated(expression: Expression): Expression {
  if (expression.kind === "quotient") return quotient(negated(expression.top), expression.bottom);
  return product([number(-1), expression]);
}

/** The shortest decimal that rounds to the same float32, if the number is one, else to the same float64. */
export function shortest(value: number): string {
  if (Math.fround(value) !== value) return String(value);
  for (let digits = 1; digits <= 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}

/** Plain text: 0.5*x1^2. */
export const text: Notation = {
  number: shortest,
  name: (name) => name,
  product: (factors) => factors.join("*"),
  negative: (term) => `-${term}`,
  power: (base, exponent) => `${base}^${exponent}`,
  isBar: false,
  quotient: (top, bottom) => `${top}/${bottom}`,
  group: (inner) => `(${inner})`,
  function: (name, argument) => `${name}(${argument})`,
  basis: (basis, order, argument) => `${letters[basis]}${order}(${argument})`,
  bspline: (knots, argument) => `B(${argument}; ${knots.join(", ")})`,
};

/** The letters by which bases are known; Hermite's are divided by sqrt(k!) here, so they have a letter of their own. */
export const letters: Readonly<Record<Basis, string>> = { monomial: "x", chebyshev: "T", legendre: "P", hermite: "h" };
