/** A schedule: which runs a sweep does and, where results decide it, which come next. */
import type { Summary } from "./job.ts";

/** A run in the terms of its sweep: the number of the configuration, from 0, and the epoch after which the run ends. */
export interface Task {
  readonly trial: number;
  readonly until: number;
}

/** What decides about the runs of a sweep. */
export interface Schedule {
  /** The tasks that can begin at once. */
  first(): Task[];
  /**
   * The tasks that can begin because this one is finished.
   *
   * @param summary its summary; undefined if the run has failed
   */
  next(task: Task, summary: Summary | undefined): Task[];
  /** How many tasks there will be, as far as is known. */
  readonly total: number;
}

/** Every configuration once, to its last epoch, in the order given. */
export function eachOnce(epochs: readonly number[]): Schedule {
  return {
    first: () => epochs.map((until, trial) => ({ trial, until })),
    next: () => [],
    total: epochs.length,
  };
}
