/** Layer normalisation on tensors, forward and backward, row by row in double precision. */
import { ShapeError } from "../errors.ts";
import { sameShape, show } from "../shape.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { contiguous, floatsLike } from "../view.ts";

/**
 * (x - mean) / sqrt(variance + epsilon) over the last axes, then times weight plus bias (Ba, Kiros & Hinton 2016).
 * [..., ...features], [...features], [...features] -> [..., ...features].
 * @throws ShapeError if weight and bias do not have the shape of x's last axes.
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  const last = x.shape.slice(x.rank - weight.rank);
  if (x.rank < weight.rank || !sameShape(last, weight.shape) || !sameShape(weight.shape, bias.shape))
    throw new ShapeError(
      `layerNorm: the last axes of ${show(x.shape)} must be those of weight ${show(weight.shape)} and bias ${show(bias.shape)}`,
    );
  const [a, w, b] = [x, weight, bias].map(flat);
  const y = floatsLike(x, x.size);
  const n = weight.size;
  for (let start = 0; start < x.size; start += n) {
    const { mean, scale } = moments(a, start, n, epsilon);
    for (let j = 0; j < n; j++) y[start + j] = (a[start + j] - mean) * scale * w[j] + b[j];
  }
  return new Tensor(new Storage(y), x.shape);
}

/**
 * The gradients of `layerNorm` by x, weight and bias. With n = (x - mean) / deviation and h = g weight:
 * dx = (h - mean(h) - n mean(h n)) / deviation, dweight = sum(g n), dbias = sum(g).
 */
export function layerNormBackward(g: Tensor, x: Tensor, weight: Tensor, epsilon: number): [Tensor, Tensor, Tensor] {
  const [dy, a, w] = [g, x, weight].map(flat);
  const n = weight.size;
  const dx = floatsLike(x, x.size);
  const [dw, db] = [new Float64Array(n), new Float64Array(n)];
  for (let start = 0; start < x.size; start += n) {
    const { mean, scale } = moments(a, start, n, epsilon);
    let [sum, product] = [0, 0];
    for (let j = 0; j < n; j++) {
      const [slope, unit] = [dy[start + j], (a[start + j] - mean) * scale];
      dw[j] += slope * unit;
      db[j] += slope;
      sum += slope * w[j];
      product += slope * w[j] * unit;
    }
    for (let j = 0; j < n; j++) {
      const unit = (a[start + j] - mean) * scale;
      dx[start + j] = scale * (dy[start + j] * w[j] - sum / n - (unit * product) / n);
    }
  }
  const rounded = (values: Float64Array) => {
    const y = floatsLike(x, n);
    y.set(values);
    return new Tensor(new Storage(y), weight.shape);
  };
  return [new Tensor(new Storage(dx), x.shape), rounded(dw), rounded(db)];
}

function flat(x: Tensor): Float32Array | Float64Array {
  const { data, offset, size } = contiguous(x);
  return data.subarray(offset, offset + size);
}

/** The mean of n elements, and 1 / sqrt(variance + epsilon). */
function moments(
  x: Float32Array | Float64Array,
  start: number,
  n: number,
  epsilon: number,
): { mean: number; scale: number } {
  let sum = 0;
  for (let j = start; j < start + n; j++) sum += x[j];
  const mean = sum / n;
  let squares = 0;
  for (let j = start; j < start + n; j++) squares += (x[j] - mean) * (x[j] - mean);
  return { mean, scale: 1 / Math.sqrt(squares / n + epsilon) };
}
