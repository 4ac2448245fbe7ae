/** The messages between a page and a Web Worker. */
import type { Answer, Order, WorkerData } from "../protocol.ts";

/** A copy of what workers change, for where memory is not shared: see mirror.ts. */
export interface Contents {
  readonly control: ArrayBuffer;
  readonly tensors: readonly Float32Array<ArrayBuffer>[];
}

/** What a page sends. */
export type ToWorker =
  /** `lock` is the name of a lock to hold until the worker ends; undefined where there are no locks. */
  | { readonly kind: "start"; readonly number: number; readonly data: WorkerData; readonly lock: string | undefined }
  /** Where memory is not shared, with the page's contents; the first order also has a copy of the whole memory. */
  | {
      readonly kind: "order";
      readonly order: Order;
      readonly contents: Contents | undefined;
      readonly memory: ArrayBuffer | undefined;
    }
  | { readonly kind: "end" };

/** What a worker sends. */
export type FromWorker =
  /** `serve` has been called. */
  | { readonly kind: "serving" }
  /** The worker holds the lock, if there is one. */
  | { readonly kind: "ready"; readonly locked: boolean }
  /** Steps have been finished. Only where memory is not shared. */
  | { readonly kind: "steps"; readonly contents: Contents }
  | { readonly kind: "answer"; readonly answer: Answer; readonly contents: Contents | undefined }
  | { readonly kind: "failure"; readonly error: unknown; readonly contents: Contents | undefined }
  /** The worker will not use the memory any more. */
  | { readonly kind: "ended" };

const KINDS: ReadonlySet<unknown> = new Set(["serving", "ready", "steps", "answer", "failure", "ended"]);

/** Whether what a worker has posted is one of these messages. A recipe may post others. */
export function isFromWorker(value: unknown): value is FromWorker {
  return typeof value === "object" && value !== null && KINDS.has(Reflect.get(value, "kind"));
}

/** The memory in `Contents`, which is moved to the other thread. */
export function buffersOf(contents: Contents | undefined): ArrayBuffer[] {
  return contents === undefined ? [] : [contents.control, ...contents.tensors.map(({ buffer }) => buffer)];
}
