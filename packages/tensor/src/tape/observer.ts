/**
 * The observer: while a step is being taped, it hears of everything that a replay would have to know.
 *
 * The lowest files call it, so it is only an interface here; tape.ts implements it, and shows what it is for.
 */

/** What the lowest files tell. */
export interface Observer {
  /** A storage, its version or a variable has been made. */
  made(object: object): void;
  /** A storage that has just been made has taken over an array of the caller. */
  adopted(storage: object, array: object): void;
  /** The pending elements of a storage have been written. */
  filled(storage: object): void;
  /** JavaScript is about to read or write the elements of a storage. */
  touched(storage: object, isPinned: boolean): void;
  /** The elements of a storage have been overwritten, by kernels or by JavaScript. */
  written(version: { written(writer: string): void }, writer: string): void;
  /** Something that a replay cannot do, and why. */
  obstacle(why: string): void;
  /** Runs `body`, which computes the operation of that name. */
  during<Result>(operation: string, body: () => Result): Result;
}

let current: Observer | undefined;

/** The observer of the step that is running, if any. */
export function observer(): Observer | undefined {
  return current;
}

/** Runs `body` with another observer, or with none: then nothing that `body` does is taped. */
export function observedBy<Result>(next: Observer | undefined, body: () => Result): Result {
  const outer = current;
  current = next;
  try {
    return body();
  } finally {
    current = outer;
  }
}
