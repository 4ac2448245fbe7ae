/** Lanczos' method: the outermost eigenvalues of a symmetric matrix that is known by its products with vectors only. */
import type { Random } from "polygrad";
import { dot } from "./curvature.ts";
import { tridiagonalPairs } from "./tridiagonal.ts";

/** The product of a symmetric matrix with a vector. */
export type Product = (vector: Float64Array) => Float64Array;

/** The eigenvalues that Lanczos' method has found. */
export interface Spectrum {
  /** Approximate eigenvalues in descending order. The first and the last ones are the best. */
  readonly values: readonly number[];
  /** How far an eigenvalue of the matrix can be from the first value: |beta s|, with s the last element of its vector. */
  readonly error: number;
  /** The number of products. */
  readonly products: number;
}

/**
 * Builds an orthonormal basis of v, Av, A^2 v, ..., in which A is tridiagonal (Lanczos 1950). Every new vector is made
 * orthogonal to all earlier ones, twice, because rounding would bring eigenvalues back a second time.
 *
 * @param product the product with the matrix
 * @param size the number of rows
 * @param options.random draws the first vector
 * @param options.products the most products
 * @param options.tolerance ends earlier, once the error of the largest eigenvalue is at most this share of it
 * @returns undefined if a product is not finite
 */
export function lanczos(
  product: Product,
  size: number,
  { random, products, tolerance }: { readonly random: Random; readonly products: number; readonly tolerance: number },
): Spectrum | undefined {
  const basis: Float64Array[] = [unit(Float64Array.from({ length: size }, () => random.normal())).vector];
  const [diagonal, beside]: [number[], number[]] = [[], []];
  for (;;) {
    const vector = basis[basis.length - 1];
    const next = Float64Array.from(product(vector));
    const along = dot(next, vector);
    if (!Number.isFinite(along)) return undefined;
    diagonal.push(along);
    for (let pass = 0; pass < 2; pass++) for (const earlier of basis) subtract(next, earlier, dot(next, earlier));
    const { vector: direction, length } = unit(next);
    if (!Number.isFinite(length)) return undefined;
    const pairs = tridiagonalPairs(diagonal, beside);
    const error = Math.abs(length * pairs[0].last);
    const isExact = length <= 1e-12 * Math.abs(along) || basis.length === size;
    if (isExact || basis.length === products || error <= tolerance * Math.abs(pairs[0].value))
      return { values: pairs.map(({ value }) => value), error: isExact ? 0 : error, products: basis.length };
    basis.push(direction);
    beside.push(length);
  }
}

function unit(vector: Float64Array): { vector: Float64Array; length: number } {
  const length = Math.sqrt(dot(vector, vector));
  return { vector: vector.map((value) => value / length), length };
}

/** a -= factor b. */
function subtract(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] -= factor * b[i];
}
