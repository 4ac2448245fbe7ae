/** The function on each edge of a network, sampled, so that the page can draw it. */
import { type Layer, Linear, noGrad, Polynomial, type Tensor, tensor } from "polygrad";

/** The samples of each function. */
export const SAMPLES = 41;

/** The edges from one column of units to the next. */
export interface Wires {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs, 2]: the least and the greatest value that each input takes on the data. */
  readonly ranges: Float32Array;
  /**
   * [inputs, outputs, SAMPLES]: the function on each edge, over the range of its input, less its mean. A constant can
   * move from one edge of a unit to another and nothing changes, so it belongs to none of them.
   */
  readonly curves: Float32Array;
  /** [outputs, inputs, terms]: the weights of a linear or polynomial layer; undefined for others. */
  readonly coefficients: Float32Array | undefined;
}

/** The values that a network computes, and its wires. */
export interface Pass {
  readonly output: Tensor;
  readonly wires: readonly Wires[];
}

export function through(block: readonly Layer[], x: Tensor): Tensor {
  return noGrad(() => block.reduce((value, layer) => layer.forward(value).value, x));
}

/** @param x [points, inputs] */
export function pass(blocks: readonly (readonly Layer[])[], x: Tensor): Pass {
  let output = x;
  const wires = blocks.map((block) => {
    const [rows, inputs] = output.shape;
    const ranges = rangesOf(output.contiguous().data, rows, inputs);
    const sampled = through(block, tensor(samplesOf(ranges, inputs)).reshape([inputs * SAMPLES, inputs]));
    const outputs = sampled.shape[1];
    output = through(block, output);
    return {
      inputs,
      outputs,
      ranges,
      curves: centred(sampled.contiguous().data, inputs, outputs),
      coefficients: weightsOf(block),
    };
  });
  return { output, wires };
}

function weightsOf(block: readonly Layer[]): Float32Array | undefined {
  const layer = block.find((each) => each instanceof Polynomial || each instanceof Linear);
  return layer && Float32Array.from(layer.weight.value.clone().data);
}

function rangesOf(data: ArrayLike<number>, rows: number, inputs: number): Float32Array {
  const ranges = new Float32Array(2 * inputs);
  for (let i = 0; i < inputs; i++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row < rows; row++) {
      low = Math.min(low, data[row * inputs + i]);
      high = Math.max(high, data[row * inputs + i]);
    }
    ranges[2 * i] = low;
    ranges[2 * i + 1] = high;
  }
  return ranges;
}

/** Rows in which one input runs through its range, and the others rest: outputs then change by that edge's function. */
function samplesOf(ranges: Float32Array, inputs: number): Float32Array {
  const rows = new Float32Array(inputs * SAMPLES * inputs);
  for (let i = 0; i < inputs; i++)
    for (let k = 0; k < SAMPLES; k++) {
      const [low, high] = [ranges[2 * i], ranges[2 * i + 1]];
      rows[(i * SAMPLES + k) * inputs + i] = low + ((high - low) * k) / (SAMPLES - 1);
    }
  return rows;
}

/** From [inputs, SAMPLES, outputs] to [inputs, outputs, SAMPLES], less the mean of each function. */
function centred(sampled: ArrayLike<number>, inputs: number, outputs: number): Float32Array {
  const curves = new Float32Array(inputs * outputs * SAMPLES);
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++) {
      let mean = 0;
      for (let k = 0; k < SAMPLES; k++) mean += sampled[(i * SAMPLES + k) * outputs + o] / SAMPLES;
      for (let k = 0; k < SAMPLES; k++)
        curves[(i * outputs + o) * SAMPLES + k] = sampled[(i * SAMPLES + k) * outputs + o] - mean;
    }
  return curves;
}
