/** The barrier: a point in the program that no thread passes before all threads have reached it. */

/** Thrown by `Barrier.wait` on every thread once the barrier is broken, and when its patience runs out. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

/** Indices into the barrier's memory. This one counts the threads that are waiting. */
const ARRIVED = 0;
/** How many times all threads have met. Waiting threads watch it: when it changes, they go on. */
const GENERATION = 1;
/** Not 0 once the barrier is broken. */
const BROKEN = 2;

/** The number of Int32s that a barrier needs. */
export const BARRIER_CELLS = 3;

/** How many times a waiting thread checks before it sleeps: to sleep and wake up costs tens of microseconds. */
const SPINS = 20_000;
/** How long a thread sleeps before it checks again, in milliseconds, in case it missed the notification. */
const NAP = 100;

const STOPPED = "Barrier.wait: the run was stopped on another thread";

/** A reusable barrier for a fixed number of threads, in shared memory. */
export class Barrier {
  readonly #cells: Int32Array;
  readonly #threads: number;
  readonly #spins: number;

  /**
   * @param cells `BARRIER_CELLS` Int32s in shared memory, all 0 at first
   * @param threads the number of threads that meet
   * @param spin whether a thread checks repeatedly before it sleeps: wasteful with more threads than cores
   */
  constructor(cells: Int32Array, threads: number, spin: boolean) {
    this.#cells = cells;
    this.#threads = threads;
    this.#spins = spin ? SPINS : 0;
  }

  /**
   * Waits until all threads have arrived. The last to arrive runs `alone` while the others still wait.
   *
   * @param patience the longest time to wait, in milliseconds, defaults to no limit
   * @throws StoppedError if the barrier is broken, or not all threads arrive in time
   */
  wait(alone?: () => void, patience: number = Number.POSITIVE_INFINITY): void {
    const cells = this.#cells;
    const generation = Atomics.load(cells, GENERATION);
    // The order matters: a break after this check changes the generation, and that ends the wait below.
    if (this.isBroken) throw new StoppedError(STOPPED);
    if (Atomics.add(cells, ARRIVED, 1) === this.#threads - 1) {
      alone?.();
      Atomics.store(cells, ARRIVED, 0);
      Atomics.add(cells, GENERATION, 1);
      Atomics.notify(cells, GENERATION);
    } else this.#sleepUntilAfter(generation, patience);
    if (this.isBroken) throw new StoppedError(STOPPED);
  }

  #sleepUntilAfter(generation: number, patience: number): void {
    const cells = this.#cells;
    if (this.#spin(generation)) return;
    for (let slept = 0; Atomics.load(cells, GENERATION) === generation; slept += NAP) {
      if (slept >= patience) {
        const arrived = Atomics.load(cells, ARRIVED);
        throw new StoppedError(
          `Barrier.wait: only ${arrived} of ${this.#threads} threads arrived within ${patience} ms; ` +
            "the others have ended or are blocked",
        );
      }
      Atomics.wait(cells, GENERATION, generation, NAP);
    }
  }

  /**
   * Checks for a while; returns whether the generation has changed. This is a function of its own, because V8 compiles a
   * loop while it runs, without what follows it: the code would be discarded at its end, hundreds of times.
   */
  #spin(generation: number): boolean {
    const cells = this.#cells;
    for (let spin = 0; spin < this.#spins; spin++) if (Atomics.load(cells, GENERATION) !== generation) return true;
    return false;
  }

  /** Whether `break` has been called, on any thread. */
  get isBroken(): boolean {
    return Atomics.load(this.#cells, BROKEN) !== 0;
  }

  /** Breaks the barrier for good: `wait` throws on threads that wait now and on those that call it later. */
  break(): void {
    Atomics.store(this.#cells, BROKEN, 1);
    // A thread that is about to sleep must find that the generation has changed.
    Atomics.add(this.#cells, GENERATION, 1);
    Atomics.notify(this.#cells, GENERATION);
  }
}
