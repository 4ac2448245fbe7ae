/** The exports of `@polygrad/sweep`, many training runs on one machine or on many, in reading order. */
export type { Json, JsonObject } from "@polygrad/parallel/internal";
export type { Failure, FigureColumns, Job, JobSettings, Metrics, Outcome, Result, Settings, Summary } from "./job.ts";
export { type Attempt, type Engine, NoWorkerError, type Session, type Study } from "./engine.ts";
export { range } from "./range.ts";
export { type GridAxes, type GridOptions, grid } from "./grid.ts";
export { choice, type Distribution, integer, logUniform, uniform } from "./distributions.ts";
export { type Drawn, type RandomOptions, random, type Space } from "./random.ts";
export { type Asha, type AshaOptions, asha, type Rule } from "./asha.ts";
export { type LocalOptions, local } from "./local.ts";
export type { Best } from "./status.ts";
export type { Output } from "./progress.ts";
export type { Verification, WrongWorker } from "./verify.ts";
export { type BullmqOptions, bullmq } from "./bullmq/engine.ts";
export { type WorkOptions, work } from "./bullmq/worker.ts";
export { type DeadLetter, type DeadLetterOptions, deadLetters } from "./bullmq/dead-letters.ts";
export { InterruptedError } from "./signals.ts";
export type { GivenSettings, SweepOptions } from "./options.ts";
export { type Run, type Sweep, sweep } from "./sweep.ts";
