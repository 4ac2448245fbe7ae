/** `pnpm example sweep` as a process: its table, what it writes, and how it ends. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { tableOf } from "../sweep/table.ts";
import { example, outDirectory, tinyImages } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const data = await tinyImages();
const loss = [expect.anything(), "+-", expect.anything()];
const quick = ["sweep", "--quick", "--images", "64", "--data", data];

test("a study prints a table, and is done once", async () => {
  const out = await outDirectory();
  const first = await example([...quick, "--out", out]);
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining("4 of 4 runs done\n") });
  const lines = first.stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^degree +hidden +parameters +runs +test accuracy +test loss$/);
  expect(lines.slice(1, 3).map((line) => line.trim().split(/ +/))).toEqual([
    ["1", "8", "12,720", "2", expect.anything(), "%", "+-", expect.anything(), "%", ...loss],
    ["2", "8", "19,072", "2", expect.anything(), "%", "+-", expect.anything(), "%", ...loss],
  ]);
  const report = await readFile(join(out, "report.csv"), "utf8");
  expect(report.match(/,done,/g)).toHaveLength(4);
  const second = await example([...quick, "--out", out]);
  expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining("4 of 4 runs done, 4 reused\n") });
  expect(second.stdout).toBe(first.stdout);
});

test("Ctrl-C ends it, and it goes on to the same results", async () => {
  const out = await outDirectory();
  const args = [...quick, "--epochs", "40", "--out", out];
  let signals = 0;
  const stopped = await example(args, {
    whileErring: (text, child) => {
      // A second one would end it at once.
      if (text.includes("[1/4]") && signals++ === 0) child.kill("SIGINT");
    },
  });
  expect(stopped.code).toBe(130);
  expect(stopped.stdout).toMatch(/\nStopped\. The same command goes on from here: [123] runs are done\.\n$/);
  const resumed = await example(args);
  expect(resumed).toMatchObject({ code: 0, stderr: expect.stringMatching(/4 of 4 runs done, [123] reused\n$/) });
  const undisturbed = await example([...quick, "--epochs", "40", "--out", await outDirectory()]);
  const table = (text: string) => text.split("\n").slice(0, 3);
  expect(table(resumed.stdout)).toEqual(table(undisturbed.stdout));
});

test.each([
  [["--epochs", "0"], '--epochs must be an integer from 1 to 1000000, got "0"'],
  [["--images", "many"], '--images must be an integer from 1 to 60000, got "many"'],
  [["--speed", "1"], "Unknown option '--speed'"],
])("%j is refused in one line", async (args, message) => {
  const { code, stderr } = await example(["sweep", ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^sweep: .*\n$/);
  expect(stderr).toContain(message);
});

test("--help lists the options", async () => {
  const { code, stdout } = await example(["sweep", "--help"]);
  expect(code).toBe(0);
  for (const option of ["out", "epochs", "images", "quick", "processes", "data", "help"])
    expect(stdout).toMatch(new RegExp(`^  --${option}\\b`, "m"));
});

test("the table has means and sample standard deviations", () => {
  const row = { parameters: 1000, loss: 0.5 };
  const table = tableOf([
    { ...row, degree: 2, hidden: 8, accuracy: 0.75 },
    { ...row, degree: 1, hidden: 16, accuracy: 0.5 },
    { ...row, degree: 2, hidden: 8, accuracy: 0.25 },
  ]);
  expect(table.split("\n")).toEqual([
    "degree  hidden  parameters  runs       test accuracy         test loss",
    "     1      16       1,000     1   50.00 % +- 0.00 %  0.5000 +- 0.0000",
    "     2       8       1,000     2  50.00 % +- 35.36 %  0.5000 +- 0.0000",
  ]);
});
