/** The bases that tests go through, and their values and slopes in double precision (tested in math/basis.test.ts). */
import { numbers } from "../../src/math/arithmetic.ts";
import { type Basis, basisSlopes, basisValues, type Squash } from "../../src/math/basis.ts";

export interface Form {
  readonly basis: Basis;
  readonly squash: Squash;
}

/** Every basis with and without tanh. */
export const forms: readonly Form[] = (["monomial", "chebyshev", "legendre", "hermite"] as const).flatMap((basis) =>
  (["none", "tanh"] as const).map((squash) => ({ basis, squash })),
);

/** phi_0(x), ..., phi_degree(x). */
export function valuesAt(form: Form, degree: number, x: number): number[] {
  return basisValues(numbers, { ...form, degree }, x);
}

/** The derivatives of phi_0, ..., phi_degree at x. */
export function slopesAt(form: Form, degree: number, x: number): number[] {
  return [0, ...basisSlopes(numbers, { ...form, degree }, x)];
}
