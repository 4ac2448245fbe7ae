/** Multiplies definitions out, to polynomials of the inputs. Read polynomials.ts first. */
import { ValueError } from "@polygrad/tensor";
import { basisValue } from "./bases.ts";
import type { Definition, Expression } from "./expression.ts";
import { polynomialRing, type Terms } from "./polynomials.ts";

/**
 * Each input and each definition as a polynomial of the inputs.
 * @throws ValueError if a definition is none, or has more than `limit` terms
 */
export function expanded(
  inputs: readonly string[],
  definitions: readonly Definition[],
  limit: number,
): ReadonlyMap<string, Terms> {
  const ring = polynomialRing(inputs.length, limit);
  const values = new Map<string, Terms>(inputs.map((input, k) => [input, ring.variable(k)]));
  for (const definition of definitions) values.set(definition.name, termsOf(definition, ring, values));
  return values;
}

const names = { bspline: "a B-spline", quotient: "a quotient" };

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
      case "bspline":
        break;
    }
    throw new ValueError(
      `expand: ${definition.name} contains ${expression.kind === "function" ? expression.name : names[expression.kind]}, ` +
        "so the network is not a polynomial; print the formula as it is",
    );
  };
  return visit(definition.value);
}
