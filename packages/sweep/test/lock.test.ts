/** The lock on a directory of results. */
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Lock } from "../src/lock.ts";

const newDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), "polygrad-lock-"));
/** A number that is no process's: the largest that Linux gives is 2^22. */
const NOBODY = 2 ** 30;
const since = "2024-01-02T03:04:05.000Z";

/** A directory with the lock of a process. */
async function lockedBy(pid: number, host: string = hostname()): Promise<string> {
  const directory = await newDirectory();
  await writeFile(join(directory, "running.lock"), JSON.stringify({ pid, host, since }));
  return directory;
}

describe("the lock", () => {
  test("names its process while it is held, and is gone afterwards", async () => {
    const directory = await newDirectory();
    const lock = await Lock.take(directory);
    const { pid, host, since } = JSON.parse(await readFile(join(directory, "running.lock"), "utf8"));
    expect({ pid, host }).toEqual({ pid: process.pid, host: hostname() });
    expect(Date.now() - Date.parse(since)).toBeLessThan(600_000);
    lock.release();
    lock.release();
    expect(await readdir(directory)).toEqual([]);
  });

  test("of a running process is respected; the message says which and what to do", async () => {
    const directory = await lockedBy(process.ppid);
    const path = join(directory, "running.lock");
    await expect(Lock.take(directory)).rejects.toThrow(
      `another run is writing to ${directory} (process ${process.ppid} on ${hostname()}, since ${since}); ` +
        `wait for it to end, give another directory, or delete ${path} if there is no such run`,
    );
    expect(await readdir(directory)).toEqual(["running.lock"]);
  });

  test.each([
    ["of another machine", "elsewhere"],
    ["that is being written", undefined],
  ])("%s is respected", async (_, host) => {
    const directory = host === undefined ? await newDirectory() : await lockedBy(NOBODY, host);
    if (host === undefined) await writeFile(join(directory, "running.lock"), '{"pid": 1');
    await expect(Lock.take(directory)).rejects.toThrow(/^another run is writing to /);
  });

  test.each([NOBODY, process.pid])("of process %i, which has ended, is taken over", async (pid) => {
    const directory = await lockedBy(pid);
    const lock = await Lock.take(directory);
    expect(JSON.parse(await readFile(join(directory, "running.lock"), "utf8")).since).not.toBe(since);
    lock.release();
    expect(await readdir(directory)).toEqual([]);
  });

  test("that this process holds is respected", async () => {
    const directory = await newDirectory();
    const lock = await Lock.take(directory);
    await expect(Lock.take(directory)).rejects.toThrow(/^another run is writing to /);
    lock.release();
    (await Lock.take(directory)).release();
  });

  test("that somebody else has taken meanwhile is not removed", async () => {
    const directory = await newDirectory();
    const lock = await Lock.take(directory);
    await writeFile(join(directory, "running.lock"), "another");
    lock.release();
    expect(await readdir(directory)).toEqual(["running.lock"]);
  });
});
