/** A job that has been submitted, and whoever waits for its outcome. */
import type { Attempt } from "../engine.ts";
import type { Outcome } from "../job.ts";
import { isProgress, metricsFrom, type Payload } from "./payload.ts";

/** After how long a job that no worker may do is given up, in milliseconds. */
const STUCK = 10_000;

export class Pending {
  readonly payload: Payload;
  readonly attempt: Attempt;
  readonly outcome: Promise<Outcome>;
  resolve: (outcome: Outcome) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;
  /** The last attempt that `onStart` has told of. */
  #begun = 0;
  /** When it was first seen that there is no worker that may do the job. */
  #stuck: number | undefined;

  constructor(payload: Payload, attempt: Attempt) {
    this.payload = payload;
    this.attempt = attempt;
    this.outcome = new Promise<Outcome>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Passes on what a worker says of the job. */
  progressed(data: unknown): void {
    if (!isProgress(data)) return;
    const { worker, attempts, metrics } = data;
    if (attempts > this.#begun) {
      this.#begun = attempts;
      this.attempt.onStart?.(worker);
    }
    if (metrics !== undefined) this.attempt.onMetrics?.(metricsFrom(metrics));
  }

  /** Whether all workers have been excluded from the job for a while. */
  isStuck(workers: readonly string[]): boolean {
    const { exclude } = this.payload;
    const none = exclude.length > 0 && workers.every((name) => exclude.includes(name));
    this.#stuck = none ? (this.#stuck ?? Date.now()) : undefined;
    return this.#stuck !== undefined && Date.now() >= this.#stuck + STUCK;
  }
}
