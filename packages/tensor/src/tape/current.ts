/**
 * The step that is being taped, if any (see taping.ts). Functions that a tape must record find it here.
 *
 * Only the type is imported, so a program that captures nothing does not contain what tapes are made of.
 */
import type { Facts } from "./tape.ts";
import type { Taping } from "./taping.ts";

let current: Taping | undefined;

/** The recording in progress, if any. */
export function taping(): Taping | undefined {
  return current;
}

/** Runs `body` while `next` records what it does. Without `next`, nothing is recorded. */
export function tapedBy<Result>(next: Taping | undefined, body: () => Result): Result {
  const outer = current;
  current = next;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** Runs `body` without recording it. */
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
