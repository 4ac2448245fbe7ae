/** The state that threads share besides tensors: counters and losses, in one flat buffer with named slices. */
import { BARRIER_CELLS } from "./barrier.ts";

/** A step that no run reaches. */
export const NEVER: number = 2 ** 31 - 1;

/** Whether threads can share memory here. In a page, that needs isolation from other origins. */
export function sharesMemory(): boolean {
  return typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated !== false;
}

/**
 * Memory for what threads share besides tensors. Where they cannot share any, there is one worker, which has a copy: see
 * browser/mirror.ts.
 */
export function sharedBuffer(bytes: number): ArrayBufferLike {
  return sharesMemory() ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

/** The named slices of the buffer. The code in worker.ts shows which thread writes to which, and when. */
export class Control {
  readonly buffer: ArrayBufferLike;
  /** `[shards]`, the sum of the losses of each shard's samples in the current step. */
  readonly shardLosses: Float64Array;
  /** `[2]`: the sum of the losses of all samples in the epoch so far, and the mean loss of the last step. */
  readonly losses: Float64Array;
  /** `[BARRIER_CELLS]`, the memory of the barrier. */
  readonly barrier: Int32Array;
  /** `[1]`, how many threads have taken a worker number. */
  readonly joined: Int32Array;
  /** `[1]`, the next part of the test data that no worker has taken. */
  readonly next: Int32Array;
  /** `[shards]`, in how many steps each shard has been taken by a worker. */
  readonly taken: Int32Array;
  /** `[1]`, how many steps all workers have finished. */
  readonly steps: Int32Array;
  /** `[1]`, the step after which the workers pause. If it is behind them, they pause after their current step. */
  readonly pauseAt: Int32Array;
  /** `[1]`, 1 once the workers have agreed to pause. */
  readonly paused: Int32Array;
  /** `[workers]`, the step, counted from 1, for which each worker last saved its slice of the parameters. */
  readonly saved: Int32Array;
  /** `[workers]`, the id of each worker's thread; 0 until the thread has started. */
  readonly threads: Int32Array;
  /** `[workers]`, for each current task the worker that took it, counted from 1. */
  readonly takenBy: Int32Array;

  /**
   * @param workers the number of workers
   * @param shards the number of shards of a batch
   * @param buffer the buffer of a `Control` of the same sizes on another thread, defaults to a new one
   */
  constructor(workers: number, shards: number, buffer?: ArrayBufferLike) {
    const [doubles, integers] = [shards + 2, BARRIER_CELLS + 5 + shards + 3 * workers];
    this.buffer = buffer ?? sharedBuffer(8 * doubles + 4 * integers);
    let at = 0;
    const floats = (length: number) => {
      const slice = new Float64Array(this.buffer, at, length);
      at += slice.byteLength;
      return slice;
    };
    const counters = (length: number) => {
      const slice = new Int32Array(this.buffer, at, length);
      at += slice.byteLength;
      return slice;
    };
    this.shardLosses = floats(shards);
    this.losses = floats(2);
    this.barrier = counters(BARRIER_CELLS);
    this.joined = counters(1);
    this.next = counters(1);
    this.taken = counters(shards);
    this.steps = counters(1);
    this.pauseAt = counters(1);
    this.paused = counters(1);
    this.saved = counters(workers);
    this.threads = counters(workers);
    this.takenBy = counters(workers);
  }

  /** Begins after some finished steps, in the middle of an epoch with this sum of losses so far. */
  startAt(steps: number, lossSum: number): void {
    this.losses[0] = lossSum;
    this.steps[0] = steps;
    this.taken.fill(steps);
  }
}
