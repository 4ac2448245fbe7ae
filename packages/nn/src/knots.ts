/** The knots of B-spline layers: where they lie, how they follow data, and how coefficients follow the knots. */

/** `grid` intervals of equal width between two numbers, and `order` more on either side. */
export function uniformKnots(low: number, high: number, grid: number, order: number): Float64Array {
  const step = (high - low) / grid;
  return Float64Array.from({ length: grid + 2 * order + 1 }, (_, k) => low + (k - order) * step);
}

/**
 * Knots for sorted data: between their ends, `margin` wider, those of a uniform grid, mixed with the quantiles of the
 * data, of which `adaptive` is the share; outside, `order` more at the distance of the uniform grid.
 */
export function knotsFor(
  sorted: Float64Array,
  grid: number,
  order: number,
  { adaptive, margin }: { readonly adaptive: number; readonly margin: number },
): Float64Array {
  const last = sorted.length - 1;
  const [low, high] = [sorted[0] - margin, sorted[last] + margin];
  const uniform = uniformKnots(low, high, grid, order);
  const inner = Array.from({ length: grid + 1 }, (_, j) => {
    const at = (j * last) / grid;
    const [before, share] = [Math.floor(at), at - Math.floor(at)];
    const quantile = sorted[before] + share * (sorted[Math.min(before + 1, last)] - sorted[before]);
    return adaptive * quantile + (1 - adaptive) * uniform[order + j];
  });
  const step = (high - low) / grid;
  return uniform.map((_, k) => {
    const j = k - order;
    return j < 0 ? inner[0] + j * step : j > grid ? inner[grid] + (j - grid) * step : inner[j];
  });
}

/**
 * The values of the `order` + 1 functions that need not be 0 at x, into `values`; returns the number of the first of
 * them, which may be below 0, or undefined outside the knots (de Boor's algorithm: Piegl & Tiller, The NURBS Book,
 * A2.2).
 */
function valuesAt(knots: Float64Array, order: number, x: number, values: Float64Array): number | undefined {
  const cell = knots.findLastIndex((knot) => knot <= x);
  if (cell < 0 || cell === knots.length - 1) return undefined;
  // Near the ends, the algorithm also computes functions that begin before the first knot or end after the last. The caller
  // ignores their values, so the knots that they need beyond the given ones only have to differ: they are 1 apart.
  const last = knots.length - 1;
  const knot = (k: number) => (k < 0 ? knots[0] + k : k > last ? knots[last] + (k - last) : knots[k]);
  values[0] = 1;
  for (let d = 1; d <= order; d++) {
    let carried = 0;
    for (let r = 0; r < d; r++) {
      const [right, left] = [knot(cell + r + 1), knot(cell + 1 - d + r)];
      const share = values[r] / (right - left);
      values[r] = carried + (right - x) * share;
      carried = (x - left) * share;
    }
    values[d] = carried;
  }
  return cell - order;
}

/** A square matrix, by rows. */
type Matrix = readonly Float64Array[];

function zeros(size: number): Matrix {
  return Array.from({ length: size }, () => new Float64Array(size));
}

/**
 * How much of a typical diagonal element is added to the normal equations, which may be singular where there are few
 * data.
 */
const RIDGE = 1e-9;

/**
 * The matrix that makes coefficients on the knots `after` from those on the knots `before`, so that the spline changes
 * least, in the sense of least squares, at the points x.
 *
 * Where there are no data, the least squares leave coefficients open. These then are the values of the old spline at
 * the means of `order` knots (Schoenberg's approximation), from which the solution differs as little as possible.
 */
export function refit(x: Float64Array, before: Float64Array, after: Float64Array, order: number): Matrix {
  const size = after.length - order - 1;
  const [normal, target, change] = [zeros(size), zeros(size), zeros(size)];
  const [old, own] = [new Float64Array(order + 1), new Float64Array(order + 1)];
  const each = (first: number | undefined, values: Float64Array, body: (k: number, value: number) => void): void => {
    for (let r = 0; first !== undefined && r <= order; r++)
      if (first + r >= 0 && first + r < size) body(first + r, values[r]);
  };
  for (const point of x) {
    const [firstOld, firstOwn] = [valuesAt(before, order, point, old), valuesAt(after, order, point, own)];
    each(firstOwn, own, (k, value) => {
      each(firstOwn, own, (l, other) => (normal[k][l] += value * other));
      each(firstOld, old, (l, other) => (target[k][l] += value * other));
    });
  }
  for (let k = 0; k < size; k++) {
    const centre = after.subarray(k + 1, k + 1 + order).reduce((a, b) => a + b, 0) / order;
    each(valuesAt(before, order, centre, old), old, (l, value) => (change[k][l] = value));
  }
  const remaining = target.map((row, k) =>
    row.map((value, l) => value - normal[k].reduce((sum, own, m) => sum + own * change[m][l], 0)),
  );
  const ridge = (RIDGE * normal.reduce((sum, row, k) => sum + row[k], 0)) / size;
  for (const [k, row] of normal.entries()) row[k] += ridge;
  solve(normal, remaining);
  for (const [k, row] of change.entries()) for (const l of row.keys()) row[l] += remaining[k][l];
  return change;
}

/** Replaces b by the solution X of A X = b, for a symmetric, positive definite A, which is overwritten (Cholesky). */
function solve(a: Matrix, b: Matrix): void {
  const size = a.length;
  for (let k = 0; k < size; k++) {
    for (let j = 0; j < k; j++) for (let i = k; i < size; i++) a[i][k] -= a[i][j] * a[k][j];
    const root = Math.sqrt(a[k][k]);
    for (let i = k; i < size; i++) a[i][k] /= root;
  }
  for (let column = 0; column < size; column++) {
    for (let k = 0; k < size; k++) {
      for (let j = 0; j < k; j++) b[k][column] -= a[k][j] * b[j][column];
      b[k][column] /= a[k][k];
    }
    for (let k = size - 1; k >= 0; k--) {
      for (let j = k + 1; j < size; j++) b[k][column] -= a[j][k] * b[j][column];
      b[k][column] /= a[k][k];
    }
  }
}
