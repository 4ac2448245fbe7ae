/**
 * The arena: pinned memory for the results of a taped step. It grows by whole blocks that never move, so a step that
 * takes the same sizes in the same order gets the same addresses again.
 */
import { BYTES, LINE } from "../floats.ts";
import { type Lease, partOf, pinnedStorage, type Storage } from "../memory/storage.ts";
import { unnoted } from "./current.ts";

/** The number of floats in the first block. */
const FIRST = 2 ** 12;

export class Arena {
  readonly #endedBy: string;
  readonly #blocks: Storage[] = [];
  /** The block that is being filled, and how many of its floats are taken. */
  #block = 0;
  #top = 0;
  #lease: Lease = {};

  /** @param endedBy what overwrites the results, for the error of those who use them later */
  constructor(endedBy: string) {
    this.#endedBy = endedBy;
  }

  /** Starts again at the beginning: earlier results expire. */
  restart(): void {
    this.#lease.endedBy = this.#endedBy;
    this.#lease = {};
    this.#block = 0;
    this.#top = 0;
  }

  /** The address of `length` floats, on cache lines of their own, whose contents are left over from earlier use. */
  take(length: number): number {
    const room = Math.ceil(Math.max(length, 1) / LINE) * LINE;
    // A block that is too small for this is left, even if a later result would fit: so the order alone decides.
    while (this.#top + room > (this.#blocks[this.#block]?.length ?? 0)) this.#nextBlock(room);
    const start = this.#top;
    this.#top += room;
    return addressOf(this.#blocks[this.#block]) + start * BYTES;
  }

  #nextBlock(room: number): void {
    if (this.#block < this.#blocks.length) this.#block++;
    this.#top = 0;
    if (this.#block < this.#blocks.length) return;
    const last = this.#blocks.at(-1)?.length ?? FIRST / 2;
    this.#blocks.push(unnoted(() => pinnedStorage(Math.max(room, 2 * last))));
  }

  /** The storage of a result at an address from `take`; it expires with the next `restart`. */
  storageAt(address: number, length: number): Storage {
    for (const block of this.#blocks) {
      const start = (address - addressOf(block)) / BYTES;
      if (start >= 0 && start < block.length) return partOf(block, start, length, this.#lease);
    }
    throw new TypeError(`Arena: address ${address} is not in it`);
  }
}

function addressOf({ address }: Storage): number {
  if (address === undefined) throw new TypeError("Arena: needs pinned memory");
  return address;
}

/** Memory for what a step computes. */
export interface Arenas {
  readonly results: Arena;
  /** For the duration of one kernel call. */
  readonly scratch: Arena;
  /** For the constants of a tape that is only compared with another one. */
  readonly constants: Arena;
}

export function newArenas(): Arenas {
  const endedBy = "a later call of the captured step";
  return { results: new Arena(endedBy), scratch: new Arena("a later kernel"), constants: new Arena(endedBy) };
}
