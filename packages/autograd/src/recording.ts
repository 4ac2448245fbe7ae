/** Recording: the switch that decides whether variables remember how they were computed. */
import { ArgumentError } from "@polygrad/tensor";
import { callable } from "@polygrad/tensor/internal";
import type { Variable } from "./variable.ts";

let recording = true;
let watching: ((y: Variable) => void) | undefined;

/** Whether operations are recorded. */
export function isRecording(): boolean {
  return recording;
}

/** Runs `body` with recording on or off, then restores the previous state. */
export function withRecording<T>(on: boolean, body: () => T): T {
  const before = recording;
  recording = on;
  try {
    return body();
  } finally {
    recording = before;
  }
}

/**
 * Runs `body` without recording and returns its result: what it computes requires no gradients and keeps no graph
 * alive.
 * @throws ArgumentError if `body` is asynchronous: recording would be on again before it ends
 */
export function noGrad<T>(body: () => T): T {
  callable("noGrad", "the argument", body);
  const result = withRecording(false, body);
  if (result instanceof Promise)
    throw new ArgumentError("noGrad: the function must not be asynchronous; wrap its synchronous parts");
  return result;
}

/**
 * Runs `body` and hands every result of an operation to `watch`. All operations have a record then, those that no gradient
 * flows through, too: such a record serves to show how a value was computed.
 */
export function withWatcher<T>(watch: (y: Variable) => void, body: () => T): T {
  const before = watching;
  watching = watch;
  try {
    return body();
  } finally {
    watching = before;
  }
}

/** The function that is to hear of every result, if there is one. */
export function watcher(): ((y: Variable) => void) | undefined {
  return watching;
}
