/** What the parts of a sweep tell each other: what is to be done, what has ended, and what goes on. */
import type { JsonObject } from "@polygrad/parallel/internal";
import type { Engine } from "./engine.ts";
import type { Failure, Job, JobSettings, Summary } from "./job.ts";
import type { Schedule, Task } from "./schedule.ts";
import type { Running } from "./status.ts";

/** What a sweep does: the runs, and where and how they are done. */
export interface Plan {
  /** The URL of the recipe's module. */
  readonly recipe: string;
  readonly configurations: readonly { readonly options: JsonObject; readonly settings: JobSettings }[];
  readonly schedule: Schedule;
  readonly out: string;
  readonly weights: boolean;
  /** The share of the runs to verify. */
  readonly verify: number;
  readonly engine: Engine;
}

/** A run that has ended. */
export interface Ending {
  readonly task: Task;
  readonly job: Job;
  /** The worker that did it last; undefined if no worker did. */
  readonly worker: string | undefined;
  readonly attempts: number;
  readonly reused: boolean;
  readonly summary: Summary | undefined;
  readonly error: Failure | undefined;
}

/** What is told of the work. */
export interface Watcher {
  readonly onRunning: (task: Task, running: Omit<Running, "label">) => void;
  readonly onEnding: (ending: Ending) => void;
  readonly onNotice: (text: string) => void;
}
