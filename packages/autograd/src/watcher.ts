/** Watching: a function that hears of every result of an operation, for drawings of how a value was computed. */
import type { Variable } from "./variable.ts";

let watching: ((y: Variable) => void) | undefined;

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
