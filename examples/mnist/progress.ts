/** Showing progress: a live line on a terminal, a plain line for every epoch elsewhere. */
import type { Epoch, Step } from "./train.ts";

const CLEAR_LINE = "\r\x1b[K";
/** Redraw no more often than this. */
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

/** The live line: where training is, how fast it goes, how long it will take. */
export class LiveLine {
  readonly #epochs: number;
  readonly #samples: number;
  readonly #started = performance.now();
  #drawn = Number.NEGATIVE_INFINITY;
  #last: Epoch | undefined;

  constructor(epochs: number, samples: number) {
    this.#epochs = epochs;
    this.#samples = samples;
  }

  step({ epoch, loss, done }: Step): void {
    const now = performance.now();
    if (now - this.#drawn < MILLISECONDS) return;
    this.#drawn = now;
    const finished = (epoch - 1) * this.#samples + done;
    const seconds = (now - this.#started) / 1000;
    const left = (seconds / finished) * (this.#epochs * this.#samples - finished);
    const accuracy = this.#last ? `  test ${percent(this.#last.testAccuracy)}` : "";
    process.stdout.write(
      `${CLEAR_LINE}epoch ${epoch}/${this.#epochs}  loss ${loss.toFixed(4)}${accuracy}  ` +
        `${Math.round(finished / seconds).toLocaleString("en")} samples/s  ${left.toFixed(0)} s left`,
    );
  }

  epoch(result: Epoch): void {
    this.#last = result;
  }

  clear(): void {
    process.stdout.write(CLEAR_LINE);
  }
}
