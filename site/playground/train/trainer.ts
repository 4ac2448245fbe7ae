/** What a stage runs in the worker. */
import type { Layer } from "polygrad";
import type { Query } from "../app/query.ts";

/** A training that has begun. */
export interface Training<Snapshot, Answer = unknown> {
  /** The networks that are trained, by name: their weights are hashed in this order, and each can be exported. */
  readonly networks: Readonly<Record<string, Layer>>;
  /** What the page draws. It is sent as a copy. */
  snapshot(): Snapshot;
  /** Answers a question of the stage's own page. @throws Error if it is none */
  answer?(question: unknown): Answer | Promise<Answer>;
}

/** A training in this worker. */
export interface Trainer<Snapshot, Answer = unknown> extends Training<Snapshot, Answer> {
  /** Takes one step of the optimiser in each network. */
  step(): void;
}

/** A training on threads of its own. */
export interface CrewTrainer<Snapshot, Answer = unknown> extends Training<Snapshot, Answer> {
  /** Trains to step `until`, or for about so many milliseconds, and returns the step that it has reached. */
  run(until: number, milliseconds: number): Promise<number>;
  /** Ends the threads. */
  close(): Promise<void>;
}

export type AnyTrainer = Trainer<unknown> | CrewTrainer<unknown>;

/** Begins a training. It must depend on nothing but the query, and be free of `Math.random`, `Math.sin` and their like. */
export type Start = (query: Query) => AnyTrainer | Promise<AnyTrainer>;
