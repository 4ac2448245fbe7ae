/** What an engine is: it runs jobs, somewhere. `local` is one; the interface is all that a sweep knows of it. */
import type { Job, Metrics, Outcome } from "./job.ts";

/** Where runs are done: `local()`, or an engine of your own. */
export interface Engine {
  /** The name that progress shows. */
  readonly name: string;
  /**
   * Starts the engine for one sweep.
   *
   * @throws Error if it cannot start at all
   */
  open(study: Study): Promise<Session>;
}

/** What all jobs of a sweep have in common. */
export interface Study {
  /** The URL of the recipe's module on this machine. */
  readonly recipe: string;
  /** The fingerprint of the code: that of every job. */
  readonly code: string;
  /** Aborted when the sweep ends early, also while `open` still waits for something. */
  readonly signal: AbortSignal;
  /** Tells people something, in one line: that the engine waits for its server, that a worker was replaced. */
  readonly onNotice: (text: string) => void;
}

/** How one job is done. */
export interface Attempt {
  /**
   * The directory of the job's trial on this machine. It exists. An engine whose runs are done here keeps their
   * checkpoints in `directory/checkpoints` and what they print in `directory/output.log`.
   */
  readonly directory: string;
  /** Called when a worker begins the run, once for each attempt. */
  readonly onStart?: (worker: string) => void;
  /**
   * Called with the figures of epochs as they are finished. A run that continues from a checkpoint gives those of the
   * epochs before it first, so a list that begins with epoch 1 replaces all that was given before.
   */
  readonly onMetrics?: (metrics: readonly Metrics[]) => void;
  /** Workers that must not do this job: those whose result it verifies. Defaults to none. */
  readonly exclude?: readonly string[];
}

/** An engine at work. */
export interface Session {
  /** How many jobs it wants at a time, at least 1: a sweep waits for one of them before it submits another. */
  readonly capacity: number;
  /**
   * Does a job. A run that fails is an outcome, after as many attempts as the engine makes; the promise rejects only if
   * the engine itself fails or is closed first, or, with NoWorkerError, if all workers are excluded.
   */
  run(job: Job, attempt: Attempt): Promise<Outcome>;
  /** The names of the workers that there are now, as `Outcome` and `Attempt.exclude` give them. */
  workers(): Promise<readonly string[]>;
  /**
   * Ends all that the session has started. Jobs that are running on this machine save a checkpoint first, and their
   * promises reject. It may be called more than once.
   */
  close(): Promise<void>;
}

/** There is no worker that may do a job. */
export class NoWorkerError extends Error {
  override readonly name = "NoWorkerError";
}
