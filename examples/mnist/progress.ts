/** Showing progress: a live line on a terminal, a plain line for every epoch elsewhere. */
import type { Progress } from "@polygrad/parallel";
import type { Epoch } from "./results.ts";

const CLEAR_LINE = "\r\x1b[K";
/** Redraw this often. */
const MILLISECONDS = 100;

/** One line for a finished epoch. */
export function epochLine({ epoch, trainLoss, testLoss, testAccuracy, seconds }: Epoch, epochs: number): string {
  const number = String(epoch).padStart(String(epochs).length);
  return (
    `epoch ${number}/${epochs}  train loss ${trainLoss.toFixed(4)}  ` +
    `test loss ${testLoss.toFixed(4)}  test accuracy ${percent(testAccuracy)}  ${seconds.toFixed(2)} s`
  );
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** What there is to see of a training run. */
interface Watched {
  readonly progress: Progress;
  readonly data: { readonly train: { readonly length: number } };
}

/** The live line: where training is, how fast it goes, how long it will take. */
export class LiveLine {
  readonly #epochs: number;
  readonly #training: Watched;
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  #last: Epoch | undefined;

  constructor(epochs: number, training: Watched) {
    this.#epochs = epochs;
    this.#training = training;
    this.#timer = setInterval(() => this.#draw(), MILLISECONDS);
  }

  #draw(): void {
    const { steps, stepsPerEpoch, loss } = this.#training.progress;
    if (steps === 0) return;
    const total = this.#epochs * stepsPerEpoch;
    const seconds = (performance.now() - this.#started) / 1000;
    const samples = (steps / stepsPerEpoch) * this.#training.data.train.length;
    const epoch = Math.min(this.#epochs, Math.floor(steps / stepsPerEpoch) + 1);
    const accuracy = this.#last ? `  test ${percent(this.#last.testAccuracy)}` : "";
    process.stdout.write(
      `${CLEAR_LINE}epoch ${epoch}/${this.#epochs}  loss ${loss.toFixed(4)}${accuracy}  ` +
        `${Math.round(samples / seconds).toLocaleString("en")} samples/s  ` +
        `${((seconds / steps) * (total - steps)).toFixed(0)} s left`,
    );
  }

  epoch(result: Epoch): void {
    this.#last = result;
  }

  stop(): void {
    clearInterval(this.#timer);
    process.stdout.write(CLEAR_LINE);
  }
}
