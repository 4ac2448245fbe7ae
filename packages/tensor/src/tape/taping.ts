/**
 * Taping: notes on a tape what a step does while it runs.
 *
 * Kernel calls are noted by launch.ts, copies by elements.ts, writes by version.ts, and whatever else a library function
 * does anew in each step by `replayed`. places.ts says where elements are. All but constants may be others in the next
 * step: if JavaScript reads or writes them, no replay would know. Such a thing is an obstacle: the step cannot be
 * replayed. What the step depends on otherwise, such as whether a parameter has a gradient already, is a guard.
 */
import type { ByteStorage, Storage } from "../memory/storage.ts";
import { Version } from "../memory/version.ts";
import type { Tensor } from "../tensor.ts";
import { type Observer, observedBy, observer } from "./observer.ts";
import { Places } from "./places.ts";
import type { Facts } from "./tape.ts";

export class Taping extends Places implements Observer {
  /** Why the step cannot be replayed, if it cannot. */
  why: string | undefined;
  readonly #known = new Map<object, Set<string>>();
  readonly #onces = new Map<object, Map<string, unknown>>();
  #operation = "data";

  /** Runs the step, and notes what it does. */
  run<Result>(step: () => Result): Result {
    for (const arena of Object.values(this.arenas)) arena.restart();
    return observedBy(this, step);
  }

  /** Does again what the step did, with new arguments. */
  replay(given: readonly unknown[]): void {
    this.arenas.results.restart();
    this.tape.replay(given);
  }

  obstacle(why: string): void {
    this.why ??= why;
  }

  during<Result>(operation: string, body: () => Result): Result {
    const outer = this.#operation;
    this.#operation = operation;
    try {
      return body();
    } finally {
      this.#operation = outer;
    }
  }

  touched(storage: object, isPinned: boolean): void {
    if (isPinned || !this.isMade(storage)) this.obstacle(`${this.#operation} reads or writes elements in JavaScript`);
  }

  written(version: Version, writer: string): void {
    if (this.isMade(version)) return;
    const now = this.given.current(version, (part) => part instanceof Version);
    this.note("a write", { writer }, () => now().written(writer));
  }

  filled(storage: Storage): void {
    if (this.given.positionOf(storage) === undefined) return;
    const now = this.given.storageNow(storage);
    this.note("filling a batch", {}, () => now().settle());
  }

  /** Keeps a storage, whose memory the tape addresses. Borrowed memory must still be lent when the tape is replayed. */
  override keep(storage: Storage | ByteStorage): void {
    super.keep(storage);
    if (storage.isBorrowed) this.reads(storage, "endedBy", () => storage.endedBy);
  }

  /** Notes that the step depends on a property, which must be as it is now before a replay. */
  reads(owner: object, property: string, read: () => unknown): void {
    if (this.#isNew(owner, property)) this.tape.guards.push({ expected: read(), read });
  }

  /** Notes that the step has set a property. */
  sets(owner: object, property: string, value: unknown, again: () => void): void {
    if (this.isMade(owner)) return;
    this.#isNew(owner, property);
    this.note(`setting ${property} of a ${owner.constructor.name}`, { owner, value }, again);
  }

  /** Whether the owner was there before the step, which has neither read nor set the property so far. */
  #isNew(owner: object, property: string): boolean {
    if (this.isMade(owner)) return false;
    const known = this.#known.get(owner) ?? new Set();
    this.#known.set(owner, known);
    return !known.has(property) && known.add(property).size > 0;
  }

  /** A choice that does not show in the bits of any result. A tape that is compared with another one chooses alike. */
  chosen(make: () => boolean): boolean {
    const { choices } = this.tape;
    const choice = this.like?.choices[choices.length] ?? observedBy(undefined, make);
    choices.push(choice);
    return choice;
  }

  /** What `make` makes for a purpose of that name: a second time it is the same. */
  once<Value>(owner: object, purpose: string, make: () => Value): Value {
    const known = this.#onces.get(owner) ?? new Map();
    this.#onces.set(owner, known);
    if (!known.has(purpose)) known.set(purpose, make());
    return known.get(purpose);
  }
}

/** The taping that is going on, if any. */
export function taping(): Taping | undefined {
  const current = observer();
  return current instanceof Taping ? current : undefined;
}

/**
 * Does something that is to be done anew in every step, as written, whatever it reads: `action` runs now, and at this
 * place of every replay.
 */
export function replayed(name: string, facts: Facts, action: () => void): void {
  taping()?.note(name, facts, action);
  observedBy(undefined, action);
}

/** Runs `body`, of which nothing is taped. */
export function unnoted<Result>(body: () => Result): Result {
  return observedBy(undefined, body);
}

/** `x`, for an action that is replayed to read or write: while a step is taped, its memory does not expire. */
export function lasting(x: Tensor): Tensor {
  return taping()?.lasting(x) ?? x;
}
