/** An hour of training in one process: memory stays flat, whatever is dropped or thrown. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SEED, SOAK, summarise } from "./amount.ts";
import { execute } from "./runs/process.ts";

/** An hour, or half a minute for a tenth of the soak. */
const SECONDS = SOAK >= 1 ? 3600 * SOAK : 300 * SOAK;
const MIB = 2 ** 20;

/**
 * How much more memory may be in use at the end than after the first half, in bytes, or as a share. The size of the memory
 * is the most that was ever in use, with blocks that wait for the collector, and it grows by a quarter at a time. So one
 * growth may come late, when the collector does; a leak makes one after the other, and shows in `used` as well.
 */
const GROWTH = { rss: 48 * MIB, heapUsed: 8 * MIB, arrayBuffers: 8 * MIB, used: MIB, size: 0.3 };

test(`${(SECONDS / 60).toFixed(1)} minutes of training`, async () => {
  const program = fileURLToPath(new URL("./training/program.ts", import.meta.url));
  const command = [process.execPath, "--expose-gc", "--import", "tsx", program, String(SECONDS), String(SEED)] as const;
  const { stdout, stderr, code, seconds } = await execute([...command]);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  const samples = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const last = samples[samples.length - 1];
  const most = (name: string, from: number, to: number): number =>
    Math.max(...samples.slice(from * samples.length, to * samples.length).map((sample) => sample[name]));
  const growths = Object.entries(GROWTH).map(([name, allowed]) => {
    const [before, after] = [most(name, 0.25, 0.5), most(name, 0.75, 1)];
    return { name, before, after, allowed: allowed < 1 ? allowed * before : allowed };
  });
  summarise("training", {
    minutes: (seconds / 60).toFixed(1),
    steps: last.steps,
    "errors thrown": last.mishaps,
    "last loss": last.loss.toFixed(4),
    ...Object.fromEntries(
      growths.map(({ name, before, after }) => [
        `${name} in MiB`,
        `${(before / MIB).toFixed(1)} to ${(after / MIB).toFixed(1)}`,
      ]),
    ),
  });
  expect(samples.length).toBeGreaterThan(20);
  expect(last.mishaps).toBeGreaterThan(10);
  expect(samples.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  expect(growths.filter(({ before, after, allowed }) => after - before > allowed)).toEqual([]);
});
