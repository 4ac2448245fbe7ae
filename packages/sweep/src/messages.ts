/** The messages between a sweep and its child processes. */

import type { JsonObject } from "@polygrad/parallel/internal";
import type { Failure, Job, Metrics, Result } from "./job.ts";

/** What a child is asked for; one thing at a time. */
export type Request =
  | { readonly kind: "run"; readonly job: Job; readonly directory: string }
  | { readonly kind: "data"; readonly options: JsonObject };

/** What a child is told besides: to end, after its run has saved a checkpoint. */
export type Order = Request | { readonly kind: "stop" };

/** The answer to a request. */
export type Reply =
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "checksum"; readonly checksum: string; readonly reads: readonly string[] }
  | { readonly kind: "failure"; readonly failure: Failure };

/** What a child tells. */
export type Report = Reply | { readonly kind: "metrics"; readonly metrics: readonly Metrics[] };
