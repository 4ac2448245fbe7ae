/** The mask that dropout multiplies its input by. */
import { floats } from "../floats.ts";
import { dropoutMaskKernel } from "../kernels/dropout-mask.ts";
import { launch } from "../kernels/launch.ts";
import { Storage } from "../memory/storage.ts";
import { Tensor } from "../tensor.ts";

const TWO_TO_32 = 2 ** 32;

/** Which mask: the key of a stream, and the mask's number in it. Both are integers from 0 to 2^53 - 1. */
export interface MaskPlace {
  readonly key: number;
  readonly counter: number;
}

/**
 * Elements that are 0 with that probability, else 1 / (1 - probability), in the shape and precision of `like`.
 *
 * `next` says which mask it is. It is a function, because that alone changes from one step of a training to the next.
 */
export function dropoutMask(like: Tensor, probability: number, next: () => MaskPlace): Tensor {
  const { shape, size, storage } = like;
  const target = storage.isDouble ? new Tensor(new Storage(floats(true, size)), shape) : shape;
  // An element is dropped if word / 2^32 < probability. Where all are, also that with the largest word must become 0.
  const threshold = Math.min(Math.ceil(probability * TWO_TO_32), TWO_TO_32 - 1);
  const kept = probability < 1 ? 1 / (1 - probability) : 0;
  const scalars = (): number[] => {
    const { key, counter } = next();
    return [kept, ...wordsOf(key), ...wordsOf(counter)];
  };
  return launch(dropoutMaskKernel, {}, [], target, [size, threshold], scalars);
}

/** The low and the high word of an integer. */
function wordsOf(integer: number): readonly [low: number, high: number] {
  return [integer >>> 0, Math.floor(integer / TWO_TO_32)];
}
