/** Examines the network: what it takes each test image for, and how often it is right on those and on training images. */
import { crossEntropy, type Dataset, noGrad, pinned, type Sequential, type Tensor, tensor } from "polygrad";
import { SIDE } from "./codec.ts";
import type { Images } from "./images.ts";

/** The images of either kind. */
const COUNT = 1000;

export interface Score {
  /** The mean cross entropy. */
  readonly loss: number;
  /** The share of right answers. */
  readonly accuracy: number;
}

/** What the network says to the test images. */
export interface Examination extends Score {
  /** [images]: the answers, and the probabilities that the network gives them. */
  readonly answers: Uint8Array;
  readonly certainty: Float32Array;
}

export class Examiner {
  readonly #network: Sequential;
  readonly #train: Sheet;
  readonly #test: Sheet;

  constructor(network: Sequential, { train, test }: Images) {
    this.#network = network;
    this.#train = sheetOf(train);
    this.#test = sheetOf(test);
  }

  /** The inputs on which functions of hidden units are drawn. */
  get inputs(): Tensor {
    return this.#test.inputs;
  }

  train(): Score {
    const { loss, accuracy } = this.#examine(this.#train);
    return { loss, accuracy };
  }

  test(): Examination {
    return this.#examine(this.#test);
  }

  #examine({ inputs, labels }: Sheet): Examination {
    return noGrad(() => {
      const logits = this.#network.forward(inputs);
      const answers = Uint8Array.from(logits.value.argmax(1));
      const certainty = Float32Array.from(logits.value.softmax(1).max(1).clone().data);
      const right = labels.filter((label, k) => label === answers[k]).length;
      return { loss: crossEntropy(logits, labels).item(), accuracy: right / labels.length, answers, certainty };
    });
  }

  /** The probabilities of the ten digits for one image, of bytes. */
  probabilities(pixels: Uint8Array): Float32Array {
    const input = tensor(Float32Array.from(pixels, (byte) => byte / 255)).reshape([1, SIDE, SIDE]);
    return noGrad(() => Float32Array.from(this.#network.forward(input).value.softmax(1).clone().data));
  }
}

/** Images and their labels. */
interface Sheet {
  readonly inputs: Tensor;
  readonly labels: Uint8Array;
}

/** The sheets of the datasets, which stay in memory as these do. */
const sheets = new WeakMap<Dataset, Sheet>();

function sheetOf(data: Dataset): Sheet {
  const known = sheets.get(data);
  if (known !== undefined) return known;
  const indices = Int32Array.from({ length: Math.min(COUNT, data.length) }, (_, k) => k);
  const inputs = pinned([indices.length, ...data.sampleShape]);
  data.gatherInto(indices, inputs);
  const sheet = { inputs, labels: Uint8Array.from(indices, (k) => data.labels[k]) };
  sheets.set(data, sheet);
  return sheet;
}
