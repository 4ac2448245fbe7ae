/** Expressions, from which formulas are built; the functions that make them leave out zeros and merge constants. */
import type { Basis } from "@polygrad/tensor";
import { doubles, exp, gelu, log, sigmoid, softplus, tanh } from "@polygrad/tensor/internal";
import { basisValue, bsplineValue, numberRing } from "./bases.ts";

/** The functions that occur in formulas besides those of a basis. */
export type FunctionName = "relu" | "exp" | "log" | "tanh" | "sigmoid" | "softplus" | "gelu" | "sqrt";

/** An expression. Names stand for inputs and for the definitions that come before. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "sum"; readonly terms: readonly Expression[] }
  | { readonly kind: "product"; readonly factors: readonly Expression[] }
  | { readonly kind: "power"; readonly base: Expression; readonly exponent: number }
  | { readonly kind: "quotient"; readonly top: Expression; readonly bottom: Expression }
  | { readonly kind: "function"; readonly name: FunctionName; readonly argument: Expression }
  | {
      readonly kind: "basis";
      readonly basis: Basis;
      readonly order: number;
      readonly argument: Expression;
    }
  | { readonly kind: "bspline"; readonly knots: readonly number[]; readonly argument: Expression };

/** A name, and the expression that it stands for. */
export interface Definition {
  readonly name: string;
  readonly value: Expression;
}

/** A constant. */
export function number(value: number): Expression {
  return { kind: "number", value };
}

/** An input, or a definition. */
export function name(text: string): Expression {
  return { kind: "name", name: text };
}

/** The sum of some terms: sums in it are merged, and constants become one, which comes last. */
export function sum(terms: readonly Expression[]): Expression {
  const flat = terms.flatMap((term) => (term.kind === "sum" ? term.terms : [term]));
  const others = flat.filter(({ kind }) => kind !== "number");
  let constant = 0;
  for (const term of flat) if (term.kind === "number") constant += term.value;
  if (others.length === 0) return number(constant);
  const all = constant === 0 ? others : [...others, number(constant)];
  return all.length === 1 ? all[0] : { kind: "sum", terms: all };
}

/** The product of some factors: products in it are merged, and constants become one, which comes first. */
export function product(factors: readonly Expression[]): Expression {
  const flat = factors.flatMap((factor) => (factor.kind === "product" ? factor.factors : [factor]));
  const others = flat.filter(({ kind }) => kind !== "number");
  let constant = 1;
  for (const factor of flat) if (factor.kind === "number") constant *= factor.value;
  if (others.length === 0 || constant === 0) return number(constant);
  const all = constant === 1 ? others : [number(constant), ...others];
  return all.length === 1 ? all[0] : { kind: "product", factors: all };
}

/** A positive integer power. */
export function power(base: Expression, exponent: number): Expression {
  if (exponent === 1) return base;
  if (base.kind === "number") {
    let value = 1;
    for (let k = 0; k < exponent; k++) value *= base.value;
    return number(value);
  }
  if (base.kind === "power") return { kind: "power", base: base.base, exponent: base.exponent * exponent };
  return { kind: "power", base, exponent };
}

/** A quotient. */
export function quotient(top: Expression, bottom: Expression): Expression {
  if (top.kind === "number" && (top.value === 0 || bottom.kind === "number"))
    return number(top.value === 0 ? 0 : top.value / evaluate(bottom, new Map()));
  return { kind: "quotient", top, bottom };
}

/** A function of an expression. */
export function apply(name: FunctionName, argument: Expression): Expression {
  if (argument.kind === "number") return number(functions[name](argument.value));
  return { kind: "function", name, argument };
}

/** A basis function of an expression. */
export function basisFunction(basis: Basis, order: number, argument: Expression): Expression {
  if (order === 0) return number(1);
  if (order === 1 || basis === "monomial") return power(argument, order);
  if (argument.kind === "number") return number(basisValue(numberRing, basis, order, argument.value));
  return { kind: "basis", basis, order, argument };
}

/** The B-spline on these knots: order + 2 of them, between which it is not 0. */
export function bspline(knots: readonly number[], argument: Expression): Expression {
  if (argument.kind === "number") return number(bsplineValue(knots, argument.value));
  return { kind: "bspline", knots, argument };
}

const functions: Readonly<Record<FunctionName, (x: number) => number>> = {
  relu: (x) => Math.max(x, 0),
  exp: (x) => exp(doubles, x),
  log: (x) => log(doubles, x),
  tanh: (x) => tanh(doubles, x),
  sigmoid: (x) => sigmoid(doubles, x),
  softplus: (x) => softplus(doubles, x),
  gelu,
  sqrt: Math.sqrt,
};

/** The value in double precision, where names have the given values. */
export function evaluate(expression: Expression, values: ReadonlyMap<string, number>): number {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "name":
      return values.get(expression.name) ?? Number.NaN;
    case "sum": {
      let total = 0;
      for (const term of expression.terms) total += evaluate(term, values);
      return total;
    }
    case "product": {
      let total = 1;
      for (const factor of expression.factors) total *= evaluate(factor, values);
      return total;
    }
    case "power": {
      const base = evaluate(expression.base, values);
      let total = base;
      for (let k = 1; k < expression.exponent; k++) total *= base;
      return total;
    }
    case "quotient":
      return evaluate(expression.top, values) / evaluate(expression.bottom, values);
    case "function":
      return functions[expression.name](evaluate(expression.argument, values));
    case "basis":
      return basisValue(numberRing, expression.basis, expression.order, evaluate(expression.argument, values));
    case "bspline":
      return bsplineValue(expression.knots, evaluate(expression.argument, values));
  }
}

/** The parts of an expression. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "number":
    case "name":
      return [];
    case "sum":
      return expression.terms;
    case "product":
      return expression.factors;
    case "power":
      return [expression.base];
    case "quotient":
      return [expression.top, expression.bottom];
    default:
      return [expression.argument];
  }
}

/** The names in an expression, each as often as it occurs. */
export function namesIn(expression: Expression): string[] {
  return expression.kind === "name" ? [expression.name] : partsOf(expression).flatMap(namesIn);
}

/** The constant factor of a term. */
export function coefficientOf(term: Expression): number {
  if (term.kind === "number") return term.value;
  if (term.kind === "quotient") return coefficientOf(term.top);
  const [first] = term.kind === "product" ? term.factors : [];
  return first?.kind === "number" ? first.value : 1;
}
