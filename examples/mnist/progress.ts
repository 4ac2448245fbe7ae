/** How progress is shown: on a terminal a line that is updated in place, elsewhere a line for each epoch. */
import type { Progress } from "@polygrad/parallel";
import type { Epoch } from "./results.ts";

const CLEAR_LINE = "\r\x1b[K";
/** The time between updates of the live line. */
const MILLISECONDS = 100;

/** The line for a finished epoch. */
export function epochLine({ epoch, trainLoss, testLoss, testAccuracy, seconds }: Epoch, epochs: number): string {
  const number = String(epoch).padStart(String(epochs).length);
  return (
    `epoch ${number}/${epochs}  train loss ${trainLoss.toFixed(4)}  ` +
    `test loss ${testLoss.toFixed(4)}  test accuracy ${percent(testAccuracy)}  ${seconds.toFixed(2)} s`
  );
}

/** A fraction as a percentage with two decimals, for example "94.79 %". */
export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}

/** The parts of a training run that the live line shows. */
interface Watched {
  readonly progress: Progress;
  readonly data: { readonly train: { readonly length: number } };
}

/** The live line: the epoch, the loss, the speed and the remaining time. */
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

  /** Shows the test accuracy of a finished epoch from now on. */
  epoch(result: Epoch): void {
    this.#last = result;
  }

  /** Ends the updates and clears the line. */
  stop(): void {
    clearInterval(this.#timer);
    process.stdout.write(CLEAR_LINE);
  }
}
