/** What a stage runs in the worker. */
import type { Layer } from "polygrad";
import type { Query } from "../app/query.ts";

/** A training that has begun. */
export interface Trainer<Snapshot, Answer = unknown> {
  /** The networks that are trained, by name: their weights are hashed in this order, and each can be exported. */
  readonly networks: Readonly<Record<string, Layer>>;
  /** Takes one step of the optimiser in each network. */
  step(): void;
  /** What the page draws. It is sent as a copy. */
  snapshot(): Snapshot;
  /** Answers a question of the stage's own page. @throws Error if it is none */
  answer?(question: unknown): Answer | Promise<Answer>;
}

/** Begins a training. It must depend on nothing but the query, and be free of `Math.random`, `Math.sin` and their like. */
export type Start<Snapshot, Answer = unknown> = (
  query: Query,
) => Trainer<Snapshot, Answer> | Promise<Trainer<Snapshot, Answer>>;
