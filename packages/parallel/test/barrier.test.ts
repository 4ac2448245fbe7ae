/** The barrier, tested with real threads. */
import { on } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { BARRIER_CELLS, Barrier, StoppedError } from "../src/barrier.ts";
import { threadArguments } from "../src/node/typescript.ts";
import type { Meeting, Message } from "./threads/meeting.ts";

const STOPPED = "Barrier.wait: the run was stopped on another thread";
const file = new URL("./threads/meeting.ts", import.meta.url);
const sharedCells = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));

/** Starts threads that meet at one barrier; `present` of the `threads` that it waits for. */
function meet(threads: number, spin: boolean, rounds: number, present: number = threads) {
  const meeting: Meeting = { cells: sharedCells(BARRIER_CELLS), threads, spin, rounds, counts: sharedCells(2) };
  const options = { workerData: meeting, execArgv: threadArguments([file.href]) };
  const crew = Array.from({ length: present }, () => new Worker(file, options));
  // Messages are queued until they are read, because two may arrive at once.
  const messages = new Map(crew.map((worker) => [worker, on(worker, "message")]));
  const receive = async (worker: Worker): Promise<Message> => (await messages.get(worker)?.next())?.value[0];
  return { barrier: new Barrier(meeting.cells, threads, spin), counts: meeting.counts, crew, receive };
}

describe.each([
  ["spinning", true],
  ["sleeping", false],
])("threads that wait %s", (_, spin) => {
  test.each([1, 2, 3])("pass together in every round, and one at a time runs alone: %i of them", async (threads) => {
    const rounds = spin && threads === 2 ? 5000 : 300;
    const { crew, counts, receive } = meet(threads, spin, rounds);
    const last = crew.map(async (worker) => {
      expect(await receive(worker)).toEqual({ kind: "waiting" });
      return receive(worker);
    });
    for (const message of await Promise.all(last))
      expect(message).toEqual({ kind: "done", outcome: "all met", passed: rounds, wrong: 0 });
    expect([...counts]).toEqual([threads * rounds, rounds]);
  });

  test("are stopped when the barrier breaks", async () => {
    const { barrier, counts, crew, receive } = meet(3, spin, 10, 2);
    await Promise.all(crew.map(receive));
    const last = Promise.all(crew.map(receive));
    // Both have arrived or are about to; the third never comes.
    barrier.break();
    for (const message of await last)
      expect(message).toEqual({ kind: "done", outcome: "stopped", passed: 0, wrong: 0 });
    expect(counts[1]).toBe(0);
  });
});

describe("on one thread", () => {
  const alone = (threads: number) => new Barrier(sharedCells(BARRIER_CELLS), threads, false);

  test("a single thread never waits", () => {
    const barrier = alone(1);
    let times = 0;
    for (let round = 0; round < 5; round++) barrier.wait(() => times++);
    expect(times).toBe(5);
    expect(barrier.isBroken).toBe(false);
  });

  test("waiting ends when patience runs out", () => {
    expect(() => alone(3).wait(undefined, 150)).toThrow(
      new StoppedError("Barrier.wait: only 1 of 3 threads arrived within 150 ms; the others have ended or are blocked"),
    );
  });

  test("a thread that arrives after the barrier has broken is stopped at once, whether it is the last or not", () => {
    for (const threads of [1, 2]) {
      const barrier = alone(threads);
      barrier.break();
      expect(barrier.isBroken).toBe(true);
      let ran = false;
      for (let again = 0; again < 3; again++) {
        expect(() =>
          barrier.wait(() => {
            ran = true;
          }, 500),
        ).toThrow(new StoppedError(STOPPED));
      }
      expect(ran).toBe(false);
    }
  });

  test("a barrier that breaks while the last thread runs alone stops that thread too", () => {
    const barrier = alone(1);
    expect(() => barrier.wait(() => barrier.break())).toThrow(new StoppedError(STOPPED));
  });
});
