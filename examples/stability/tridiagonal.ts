/** Eigenvalues of a symmetric tridiagonal matrix. */

/** An eigenvalue, and the last element of its eigenvector of length 1. */
export interface TridiagonalPair {
  readonly value: number;
  readonly last: number;
}

/** More rotations than any matrix needs: QL takes about two sweeps for each eigenvalue. */
const SWEEPS = 60;

/**
 * The eigenvalues in descending order, by the QL algorithm with implicit shifts (Bowdler, Martin, Reinsch & Wilkinson
 * 1968). Of each eigenvector only the last element is computed, which Lanczos' error bound needs (Golub & Welsch 1969).
 *
 * @param diagonal n values
 * @param beside the n - 1 values beside the diagonal
 * @throws RangeError if a value is not finite, or the algorithm does not converge
 */
export function tridiagonalPairs(diagonal: readonly number[], beside: readonly number[]): TridiagonalPair[] {
  const n = diagonal.length;
  if (beside.length !== n - 1 || ![...diagonal, ...beside].every(Number.isFinite))
    throw new RangeError(`tridiagonalPairs: needs n and n - 1 finite values, got ${n} and ${beside.length}`);
  const [d, e] = [Float64Array.from(diagonal), Float64Array.from([...beside, 0])];
  const last = new Float64Array(n);
  last[n - 1] = 1;
  for (let first = 0; first < n; first++) {
    for (let sweep = 0; ; sweep++) {
      const end = blockEnd(d, e, first);
      if (end === first) break;
      if (sweep === SWEEPS) throw new RangeError("tridiagonalPairs: does not converge");
      rotate(d, e, last, first, end);
    }
  }
  const pairs = Array.from(d, (value, k) => ({ value, last: last[k] }));
  return pairs.sort((a, b) => b.value - a.value);
}

/** The end of the block that begins at `first`: where the element beside the diagonal is negligible. */
function blockEnd(d: Float64Array, e: Float64Array, first: number): number {
  let end = first;
  while (end < d.length - 1) {
    const size = Math.abs(d[end]) + Math.abs(d[end + 1]);
    if (Math.abs(e[end]) <= Number.EPSILON * size) break;
    end++;
  }
  return end;
}

/** One sweep of rotations, from `end` up to `first`, with Wilkinson's shift. */
function rotate(d: Float64Array, e: Float64Array, last: Float64Array, first: number, end: number): void {
  const half = (d[first + 1] - d[first]) / (2 * e[first]);
  const root = length(half, 1);
  let g = d[end] - d[first] + e[first] / (half + (half < 0 ? -root : root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = end - 1; i >= first; i--) {
    const [f, b] = [sine * e[i], cosine * e[i]];
    const r = length(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= shift;
      e[end] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1] - shift;
    const turned = (d[i] - g) * sine + 2 * cosine * b;
    shift = sine * turned;
    d[i + 1] = g + shift;
    g = cosine * turned - b;
    const lower = last[i + 1];
    last[i + 1] = sine * last[i] + cosine * lower;
    last[i] = cosine * last[i] - sine * lower;
  }
  d[first] -= shift;
  e[first] = g;
  e[end] = 0;
}

/** sqrt(a^2 + b^2) without overflow, from operations that give the same bits everywhere. */
function length(a: number, b: number): number {
  const [large, small] = [Math.max(Math.abs(a), Math.abs(b)), Math.min(Math.abs(a), Math.abs(b))];
  if (large === 0) return 0;
  const ratio = small / large;
  return large * Math.sqrt(1 + ratio * ratio);
}
