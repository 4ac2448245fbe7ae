/**
 * Taping: notes on a tape what a step does while it runs.
 *
 * Kernel calls are noted by launch.ts, copies by elements.ts, writes by version.ts, and whatever else a library function
 * does anew in each step by `replayed`. places.ts says where elements are. All but constants may be others in the next
 * step: if JavaScript reads or writes them, no replay would know. Such a thing is an obstacle: the step cannot be
 * replayed. What the step depends on otherwise, such as whether a parameter has a gradient already, is a guard.
 */
import type { Kernel } from "../kernels/kernel.ts";
import type { Scalars, Source, Target } from "../kernels/operands.ts";
import { type ByteStorage, Storage } from "../memory/storage.ts";
import { Version } from "../memory/version.ts";
import type { Tensor } from "../tensor.ts";
import { tapedBy, unnoted } from "./current.ts";
import { launch } from "./launch.ts";
import { Places } from "./places.ts";

export class Taping extends Places {
  readonly #known = new Map<object, Set<string>>();
  readonly #onces = new Map<object, Map<string, unknown>>();
  #operation = "data";

  /** Runs the step, and notes what it does. */
  run<Result>(step: () => Result): Result {
    for (const arena of Object.values(this.arenas)) arena.restart();
    return tapedBy(this, step);
  }

  /** Does again what the step did, with new arguments. */
  replay(given: readonly unknown[]): void {
    this.arenas.results.restart();
    this.tape.replay(given);
  }

  /** Launches a kernel as `launchAll` does, and notes the call. */
  launch<Settings extends object>(
    kernel: Kernel<Settings>,
    settings: Settings,
    operands: readonly Source[],
    targets: readonly Target[],
    counts: readonly number[],
    scalars: Scalars,
  ): Tensor[] {
    return launch(this, kernel, settings, operands, targets, counts, scalars);
  }

  /** Runs `body`, which computes the operation of that name. */
  during<Result>(operation: string, body: () => Result): Result {
    const outer = this.#operation;
    this.#operation = operation;
    try {
      return body();
    } finally {
      this.#operation = outer;
    }
  }

  /** JavaScript is about to read or write the elements of a storage. */
  touched(storage: object, isPinned: boolean): void {
    if (isPinned || !this.isMade(storage)) this.obstacle(`${this.#operation} reads or writes elements in JavaScript`);
  }

  /** Elements have been overwritten, by kernels or by JavaScript. */
  written(version: Version, writer: string): void {
    if (this.isMade(version)) return;
    const now = this.given.current(version, (part) => part instanceof Version);
    this.note("a write", { writer }, () => now().written(writer));
  }

  /** The pending elements of a storage have been written. */
  filled(storage: { settle(): void }): void {
    if (this.given.positionOf(storage) === undefined) return;
    const now = this.given.current(storage, (part) => part instanceof Storage);
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
    const choice = this.like?.choices[choices.length] ?? unnoted(make);
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
