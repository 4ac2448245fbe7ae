/** `pnpm example mnist --save` and `--resume`: a run that was stopped, or killed, continues to the same weights. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { example, outDirectory, tinyImages, written } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const data = await tinyImages();
const args = ["mnist", "--data", data, "--batch", "32", "--lr", "0.02", "--epochs", "150"];

test.each([
  ["SIGINT", 130],
  ["SIGKILL", null],
] as const)("after %s", async (signal, expected) => {
  const [whole, out] = [await outDirectory(), await outDirectory()];
  await example([...args, "--quiet", "--out", whole]);
  const saved = join(out, "saved");
  let sent = false;
  const stopped = await example([...args, "--workers", "1", "--out", out, "--save", saved], {
    whileRunning(printed, child) {
      if (!sent && /epoch +3\//.test(printed)) sent = child.kill(signal);
    },
  });
  expect(stopped.code).toBe(expected);
  if (signal === "SIGINT") expect(stopped.stdout).toContain(`Continue with --resume ${saved}`);
  const continued = await example([...args, "--workers", "2", "--out", out, "--resume", saved]);
  expect({ code: continued.code, stderr: continued.stderr }).toEqual({ code: 0, stderr: "" });
  expect(continued.stdout).toMatch(/continues after epoch \d+/);
  const [a, b] = [await written(whole), await written(out)];
  expect(b.summary.weightsSha256).toBe(a.summary.weightsSha256);
  const timeless = ({ seconds: _, ...epoch }: { seconds: number }) => epoch;
  expect(b.metrics.map(timeless)).toEqual(a.metrics.map(timeless));
  expect((await readdir(saved)).every((name) => /^checkpoint-\d{9}\.safetensors$/.test(name))).toBe(true);
});

test("a directory of checkpoints of another run is refused, and two directories as well", async () => {
  const saved = join(await outDirectory(), "saved");
  const short = [...args.slice(0, -1), "2", "--quiet"];
  expect((await example([...short, "--save", saved])).code).toBe(0);
  const other = await example([...short, "--resume", saved, "--hidden", "7"]);
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/options\.hidden is 20 in the checkpoint, but 7 here/);
  const again = await example([...short, "--save", saved]);
  expect(again.stderr).toMatch(
    /saved holds the checkpoints of an earlier run; continue it with --resume, or give another --save\n$/,
  );
  const two = await example([...short, "--save", saved, "--resume", `${saved}2`]);
  expect(two.stderr).toMatch(/--save and --resume must name one directory/);
});
