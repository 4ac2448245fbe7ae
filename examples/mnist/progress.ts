/** How progress is shown: on a terminal a line that is updated in place, elsewhere a line for each epoch. */
import type { Progress } from "@polygrad/parallel";
import type { Epoch } from "./results.ts";
import { terminal } from "./terminal.ts";

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

/** A time such as "8 s", "4 min 05 s" or "2 h 07 min". */
export function duration(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours.toLocaleString("en")} h ${two(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${two(whole % 60)} s` : `${whole} s`;
}

/** What the live line says. */
export interface Status {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  /** The test accuracy of the last finished epoch; undefined before the first. */
  readonly testAccuracy: number | undefined;
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
}

/** The text of the live line, at most `columns` wide. On a narrow terminal, the less important parts are left out. */
export function statusText(status: Status, columns: number): string {
  const { epoch, epochs, loss, testAccuracy, samplesPerSecond, secondsLeft } = status;
  const number = `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
  const lossPart = `loss ${loss.toFixed(4)}`;
  const test = testAccuracy === undefined ? [] : [`test ${percent(testAccuracy)}`];
  const speed = `${Math.round(samplesPerSecond).toLocaleString("en")} samples/s`;
  const left = `${duration(secondsLeft)} left`;
  const choices = [
    [number, lossPart, ...test, speed, left],
    [number, lossPart, ...test, left],
    [number, lossPart, left],
  ];
  const texts = [...choices, [number, left], [number]].map((parts) => parts.join("  "));
  return texts.find((text) => text.length <= columns) ?? number.slice(0, columns);
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
  readonly #redraw = (): void => this.#draw();
  #last: Epoch | undefined;

  constructor(epochs: number, training: Watched) {
    this.#epochs = epochs;
    this.#training = training;
    this.#timer = setInterval(this.#redraw, MILLISECONDS);
    process.stdout.on("resize", this.#redraw);
  }

  #draw(): void {
    const { steps, stepsPerEpoch, loss } = this.#training.progress;
    if (steps === 0) return;
    const total = this.#epochs * stepsPerEpoch;
    const seconds = (performance.now() - this.#started) / 1000;
    const status: Status = {
      epoch: Math.min(this.#epochs, Math.floor(steps / stepsPerEpoch) + 1),
      epochs: this.#epochs,
      loss,
      testAccuracy: this.#last?.testAccuracy,
      samplesPerSecond: ((steps / stepsPerEpoch) * this.#training.data.train.length) / seconds,
      secondsLeft: (seconds / steps) * (total - steps),
    };
    // The last column stays empty: some terminals go on to the next line when it is written.
    process.stdout.write(`${CLEAR_LINE}${statusText(status, terminal().columns - 1)}`);
  }

  /** Shows the test accuracy of a finished epoch from now on. */
  epoch(result: Epoch): void {
    this.#last = result;
  }

  /** Ends the updates and clears the line. */
  stop(): void {
    clearInterval(this.#timer);
    process.stdout.removeListener("resize", this.#redraw);
    process.stdout.write(CLEAR_LINE);
  }
}
