/** `pnpm example article` as a process, on small images: its tables, and what it writes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { rowsOf, tableOf } from "../article/rows.ts";
import { type RecordedRun, type Results, readResults } from "../study/index.ts";
import { example, outDirectory, tinyImages } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

test("it prints tables, writes results.json and report.html, and is done once", async () => {
  const [data, out] = [await tinyImages(), await outDirectory()];
  const args = ["article", "--quick", "--seeds", "1", "--mnist", data, "--fashion", data, "--out", out];
  const first = await example(args);
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining("6 of 6 runs done\n") });
  // With --quick, nothing can be compared with the article.
  expect(first.stdout).toMatch(/^linear, ReLU +MNIST +15,950 +1 +\d+\.\d\d ± 0\.00 +- +-$/m);
  expect(first.stdout).toMatch(/^output activations +FashionMNIST +63,600 +1 +\d+\.\d\d ± 0\.00 +- +-$/m);
  const results = await readResults(join(out, "results.json"));
  expect(results.runs.map(({ options: { dataset, model }, epochs }) => [dataset, model, epochs])).toEqual(
    ["mnist", "fashion"].flatMap((dataset) =>
      ["linear", "polynomial", "activated"].map((model) => [dataset, model, 5]),
    ),
  );
  expect(first.stdout).toContain(`configuration ${results.configurationSha256}\n`);
  const report = await readFile(join(out, "report.html"), "utf8");
  expect(report).toContain(results.configurationSha256);
  expect(report.match(/<figure>/g)).toHaveLength(2);
  const second = await example(args);
  expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining("6 of 6 runs done, 6 reused\n") });
  expect(second.stdout).toBe(first.stdout);
});

test("a run of 50 epochs is compared with the article in standard errors", () => {
  const run = (seed: number, testAccuracy: number, testLoss: number): RecordedRun => ({
    ...{ part: "runs", key: "", seed, epochs: 50, weightsSha256: "" },
    options: { dataset: "mnist", model: "polynomial" },
    figures: { testAccuracy, testLoss, parameters: 63560 },
  });
  // The errors are 0.2 points and 0.01.
  const results: Pick<Results, "runs"> = { runs: [run(0, 0.9545, 0.18), run(1, 0.9585, 0.2)] };
  const [, accuracy] = tableOf(rowsOf(results), "accuracy");
  expect(accuracy).toEqual(["polynomial", "MNIST", "63,560", "2", "95.65 ± 0.28", "95.61", "yes (0.2)"]);
  const [, loss] = tableOf(rowsOf(results), "loss");
  expect(loss.slice(4)).toEqual(["0.1900 ± 0.0141", "0.1628", "NO (2.7)"]);
});
