/** Examines the network: how often it is right, on test images and on as many training images. */
import { crossEntropy, type Dataset, noGrad, pinned, type Sequential, type Tensor } from "polygrad";

/** The images of each kind. */
const COUNT = 1000;

export interface Score {
  /** The mean cross entropy. */
  readonly loss: number;
  /** The share of right answers. */
  readonly accuracy: number;
}

export interface Examination {
  readonly train: Score;
  readonly test: Score;
}

const none: Score = { loss: Number.NaN, accuracy: 0 };

export class Examiner {
  readonly #network: Sequential;
  readonly #train: Sheet;
  readonly #test: Sheet;
  last: Examination = { train: none, test: none };

  constructor(network: Sequential, train: Dataset, test: Dataset) {
    this.#network = network;
    this.#train = sheetOf(train);
    this.#test = sheetOf(test);
  }

  examine(): Examination {
    this.last = { train: this.#score(this.#train), test: this.#score(this.#test) };
    return this.last;
  }

  #score({ inputs, labels }: Sheet): Score {
    const logits = noGrad(() => this.#network.forward(inputs));
    const answers = logits.value.argmax(1);
    const right = labels.filter((label, k) => label === answers[k]).length;
    return { loss: noGrad(() => crossEntropy(logits, labels)).item(), accuracy: right / labels.length };
  }
}

/** Images and their labels. */
interface Sheet {
  readonly inputs: Tensor;
  readonly labels: Uint8Array;
}

function sheetOf(data: Dataset): Sheet {
  const indices = Int32Array.from({ length: Math.min(COUNT, data.length) }, (_, k) => k);
  const inputs = pinned([indices.length, ...data.sampleShape]);
  data.gatherInto(indices, inputs);
  return { inputs, labels: Uint8Array.from(indices, (k) => data.labels[k]) };
}
