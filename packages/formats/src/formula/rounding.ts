/** Rounds the coefficients of expressions, and leaves small terms out. */
import {
  apply,
  basisFunction,
  bspline,
  coefficientOf,
  type Expression,
  number,
  power,
  product,
  quotient,
  sum,
} from "./expression.ts";

/** How coefficients are rounded. */
export interface Rounding {
  /** The number of significant digits of each coefficient. */
  readonly precision?: number | undefined;
  /** Terms with a smaller coefficient are left out. */
  readonly threshold?: number | undefined;
}

/** The expression with its coefficients rounded, except under roots, which are those of normalisations. */
export function rounded(expression: Expression, rounding: Rounding): Expression {
  const { precision, threshold = 0 } = rounding;
  const inner = (part: Expression) => rounded(part, rounding);
  switch (expression.kind) {
    case "number":
      return number(precision === undefined ? expression.value : Number(expression.value.toPrecision(precision)));
    case "name":
      return expression;
    case "sum":
      return sum(expression.terms.filter((term) => !(Math.abs(coefficientOf(term)) < threshold)).map(inner));
    case "product":
      return product(expression.factors.map(inner));
    case "power":
      return power(inner(expression.base), expression.exponent);
    case "quotient":
      return quotient(inner(expression.top), inner(expression.bottom));
    case "function":
      return expression.name === "sqrt" ? expression : apply(expression.name, inner(expression.argument));
    case "basis":
      return basisFunction(expression.basis, expression.order, inner(expression.argument));
    case "bspline":
      return bspline(
        expression.knots.map((knot) => (precision === undefined ? knot : Number(knot.toPrecision(precision)))),
        inner(expression.argument),
      );
  }
}
