/**
 * The step that is being taped, if any (see taping.ts): what it does is told to it from here on.
 *
 * Only the type is imported, so a program that captures nothing does not contain what tapes are made of.
 */
import type { Facts } from "./tape.ts";
import type { Taping } from "./taping.ts";

let current: Taping | undefined;

/** The taping that is going on, if any. */
export function taping(): Taping | undefined {
  return current;
}

/** Runs `body` while `next` notes what it does or, without it, while nothing does. */
export function tapedBy<Result>(next: Taping | undefined, body: () => Result): Result {
  const outer = current;
  current = next;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** Runs `body`, of which nothing is taped. */
export function unnoted<Result>(body: () => Result): Result {
  return tapedBy(undefined, body);
}

/**
 * Does something that is to be done anew in every step, as written, whatever it reads: `action` runs now, and at this
 * place of every replay.
 */
export function replayed(name: string, facts: Facts, action: () => void): void {
  current?.note(name, facts, action);
  unnoted(action);
}
