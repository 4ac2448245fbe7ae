/** A worker thread that meets others at a barrier, again and again, and reports what it saw. */
import { parentPort, workerData } from "node:worker_threads";
import { Barrier, StoppedError } from "../../src/barrier.ts";

/** What the thread receives when it starts. */
export interface Meeting {
  readonly cells: Int32Array;
  readonly threads: number;
  readonly spin: boolean;
  readonly rounds: number;
  /** `[2]`: how often a thread has arrived, and how often one has run alone. The second is counted without atomics. */
  readonly counts: Int32Array;
}

/** What the thread posts: one message before it waits for the first time, and one at the end. */
export type Message =
  | { readonly kind: "waiting" }
  | { readonly kind: "done"; readonly outcome: "all met" | "stopped"; readonly passed: number; readonly wrong: number };

const { cells, threads, spin, rounds, counts }: Meeting = workerData;
const barrier = new Barrier(cells, threads, spin);
const say = (message: Message) => parentPort?.postMessage(message);

let [passed, wrong] = [0, 0];
say({ kind: "waiting" });
try {
  for (let round = 1; round <= rounds; round++) {
    Atomics.add(counts, 0, 1);
    barrier.wait(() => {
      // All have arrived, and none goes on before this function returns.
      if (Atomics.load(counts, 0) !== threads * round) wrong++;
      counts[1]++;
    });
    if (counts[1] !== round || Atomics.load(counts, 0) !== threads * round) wrong++;
    // No thread begins the next round before all have checked.
    barrier.wait();
    passed++;
  }
  say({ kind: "done", outcome: "all met", passed, wrong });
} catch (error) {
  if (!(error instanceof StoppedError)) throw error;
  say({ kind: "done", outcome: "stopped", passed, wrong });
}
