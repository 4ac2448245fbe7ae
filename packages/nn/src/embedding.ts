/** The embedding: a table of learned vectors, looked up by integers. */
import { GradientError, Variable, variable } from "@polygrad/autograd";
import {
  ArgumentError,
  type Indices,
  type NestedArray,
  normal,
  pin,
  type Random,
  Tensor,
  tensor,
} from "@polygrad/tensor";
import { type Checks, checkIndices, checkOptions, described } from "@polygrad/tensor/internal";
import { generator, positiveInteger } from "./checks.ts";
import { sharedRandom } from "./init.ts";
import { type Input, Module } from "./module.ts";

/** Options of an embedding. */
interface EmbeddingOptions {
  /** The generator that the initial vectors are drawn from; by default the one that `manualSeed` seeds. */
  readonly random?: Random;
}

const known: Checks<EmbeddingOptions> = { random: generator };

/**
 * The vectors of integers from 0 to count - 1: [...] -> [..., size].
 *
 * `weight` is [count, size], drawn from the normal distribution N(0, 1) as in PyTorch. The gradient of a row is the sum
 * over all places where its index occurs.
 */
export class Embedding extends Module {
  readonly count: number;
  readonly size: number;
  readonly weight: Variable;

  /**
   * @param count the number of vectors
   * @param size the number of elements of each
   * @throws ValueError if one is not a positive integer; MemoryError if the weight is too large
   */
  constructor(count: number, size: number, options: EmbeddingOptions = {}) {
    super();
    positiveInteger("Embedding", "count", count);
    positiveInteger("Embedding", "size", size);
    checkOptions("Embedding", options, known);
    const { random = sharedRandom() } = options;
    this.count = count;
    this.size = size;
    this.weight = variable(pin(normal([count, size], random)));
  }

  /**
   * @param indices a tensor of integers, of any shape [...], such as the inputs of a batch; or integers in an array,
   * nested arrays, an Int32Array or a Uint8Array. A tensor in float32 holds integers up to 2^24 exactly.
   * @throws ValueError if one is not an integer from 0 to count - 1; GradientError if the indices require a gradient
   */
  forward(indices: Input | NestedArray | Indices): Variable {
    const places = placesOf(indices);
    const { data, offset, size } = places.contiguous();
    const flat = Array.from(data.subarray(offset, offset + size));
    checkIndices("Embedding", flat, this.count);
    return this.weight.indexSelect(0, flat).reshape([...places.shape, this.size]);
  }
}

function placesOf(indices: Input | NestedArray | Indices): Tensor {
  if (indices instanceof Tensor) return indices;
  if (!(indices instanceof Variable)) {
    if (typeof indices !== "number" && !Array.isArray(indices) && !ArrayBuffer.isView(indices))
      throw new ArgumentError(
        `Embedding: indices must be integers in a tensor, an array or nested arrays, got ${described(indices)}`,
      );
    return tensor(indices, { dtype: "float64" });
  }
  if (indices.requiresGrad)
    throw new GradientError("Embedding: indices have no gradient, but these require one; pass a tensor, or detach()");
  return indices.value;
}
