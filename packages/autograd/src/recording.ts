/** Recording: the switch that decides whether variables remember how they were computed. */
import { ArgumentError } from "@polygrad/tensor";
import { callable } from "@polygrad/tensor/internal";

let recording = true;

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
