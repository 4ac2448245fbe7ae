/** Builders of random cases: one or two operands of any shape and layout, which broadcast against each other. */
import fc from "fast-check";
import type { Variable } from "../../src/index.ts";
import { between, broadcasting, shapes, tensors } from "../arbitraries.ts";
import type { Case } from "../differences.ts";

export function unary(f: (x: Variable) => Variable, element = between(-2, 2)): fc.Arbitrary<Case> {
  return shapes()
    .chain((shape) => tensors(shape, element))
    .map((x) => ({ f: (a) => f(a), inputs: [x] }));
}

export function binary(
  f: (a: Variable, b: Variable) => Variable,
  first = between(-2, 2),
  second = first,
): fc.Arbitrary<Case> {
  return broadcasting(2)
    .chain(([a, b]) => fc.tuple(tensors(a, first), tensors(b, second)))
    .map(([a, b]) => ({ f: (x, y) => f(x, y), inputs: [a, b] }));
}
