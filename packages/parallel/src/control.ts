/** What threads share besides tensors: counters and figures, in one flat buffer with named slices. */
import { BARRIER_CELLS } from "./barrier.ts";

/** The named slices of the buffer. Who writes which, and when, is told in worker.ts. */
export class Control {
  readonly buffer: SharedArrayBuffer;
  /** Of every shard: the sum of the losses of its samples in the step under way. */
  readonly shardLosses: Float64Array;
  /** The sum of the losses of all samples of the epoch so far; then the mean over those of the last step. */
  readonly losses: Float64Array;
  readonly barrier: Int32Array;
  /** How many threads have taken a number. */
  readonly joined: Int32Array;
  /** The next shard, or the next part of a dataset to evaluate, that nobody has taken. */
  readonly next: Int32Array;
  /** How many steps all workers have finished. */
  readonly steps: Int32Array;
  /** Of every worker: the step, counted from 1, for which it has saved its slice of the parameters. */
  readonly saved: Int32Array;
  /** Of every worker: the id of its thread; 0 as long as it has none. */
  readonly threads: Int32Array;
  /** Of every task under way: the worker that took it, counted from 1. */
  readonly takenBy: Int32Array;

  /** @param buffer the buffer of another thread's control of the same sizes; a new one unless given */
  constructor(workers: number, shards: number, buffer?: SharedArrayBuffer) {
    const [doubles, integers] = [shards + 2, BARRIER_CELLS + 3 + 3 * workers];
    this.buffer = buffer ?? new SharedArrayBuffer(8 * doubles + 4 * integers);
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
    this.steps = counters(1);
    this.saved = counters(workers);
    this.threads = counters(workers);
    this.takenBy = counters(workers);
  }
}
