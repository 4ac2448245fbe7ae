/** The barrier: a place in the program that no thread passes before all have reached it. */

/** What `wait` throws in all threads once the barrier has been broken. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

/** Cells of the barrier's memory. */
const ARRIVED = 0;
/** How often all have met: it changes when they may go on, and that is what those who arrived early watch. */
const GENERATION = 1;
const BROKEN = 2;

/** How many Int32s a barrier needs. */
export const BARRIER_CELLS = 3;

/** How often a thread that waits looks before it sleeps; sleeping and waking costs some ten microseconds. */
const SPINS = 20_000;
/** A thread that sleeps looks again this often, in milliseconds, lest a wake-up be missed. */
const NAP = 100;

/** A barrier for a fixed number of threads over shared memory: they may use it again and again. */
export class Barrier {
  readonly #cells: Int32Array;
  readonly #threads: number;
  readonly #spins: number;

  /**
   * @param cells `BARRIER_CELLS` Int32s in shared memory, 0 at first
   * @param threads how many have to meet
   * @param spin whether to look repeatedly before sleeping: a waste where there are more threads than cores
   */
  constructor(cells: Int32Array, threads: number, spin: boolean) {
    this.#cells = cells;
    this.#threads = threads;
    this.#spins = spin ? SPINS : 0;
  }

  /**
   * Waits for the others. The last to arrive runs `alone` while the others still wait.
   * @throws StoppedError if the barrier is broken, or `patience` milliseconds were not enough
   */
  wait(alone?: () => void, patience: number = Number.POSITIVE_INFINITY): void {
    const cells = this.#cells;
    const generation = Atomics.load(cells, GENERATION);
    // In this order: a break that this look misses changes the generation, and so ends the waiting.
    if (this.isBroken) throw new StoppedError("stopped");
    if (Atomics.add(cells, ARRIVED, 1) === this.#threads - 1) {
      alone?.();
      Atomics.store(cells, ARRIVED, 0);
      Atomics.add(cells, GENERATION, 1);
      Atomics.notify(cells, GENERATION);
    } else this.#sleepUntilAfter(generation, patience);
    if (this.isBroken) throw new StoppedError("stopped");
  }

  #sleepUntilAfter(generation: number, patience: number): void {
    const cells = this.#cells;
    for (let spin = 0; spin < this.#spins; spin++) if (Atomics.load(cells, GENERATION) !== generation) return;
    for (let slept = 0; Atomics.load(cells, GENERATION) === generation; slept += NAP) {
      if (slept >= patience) {
        const arrived = Atomics.load(cells, ARRIVED);
        throw new StoppedError(`only ${arrived} of ${this.#threads} threads came to the barrier in ${patience} ms`);
      }
      Atomics.wait(cells, GENERATION, generation, NAP);
    }
  }

  get isBroken(): boolean {
    return Atomics.load(this.#cells, BROKEN) !== 0;
  }

  /** Breaks the barrier for good: whoever waits, or comes later, gets a StoppedError. For any thread to call. */
  break(): void {
    Atomics.store(this.#cells, BROKEN, 1);
    // Whoever is about to fall asleep must see a generation that has passed.
    Atomics.add(this.#cells, GENERATION, 1);
    Atomics.notify(this.#cells, GENERATION);
  }
}
