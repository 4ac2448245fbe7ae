/** `DataParallel` on Web Workers: the published weights with any number of them, and how trainings end. */
import { describe, expect, inject, test } from "vitest";
import { type Browser, chromium, firefox, reportedIn } from "./browser.ts";
import { queryOf } from "./commands.ts";
import { small, whole } from "./published.ts";
import { isolated, serve } from "./server.ts";
import type { FaultsReport } from "./workers/faults.ts";
import type { WorkersReport } from "./workers/page.ts";

const browsers: readonly (readonly [name: string, browser: Browser])[] = [
  ["Chromium", chromium],
  ["Firefox", firefox],
];

/** Opens a page of the folder `workers`, and returns what it reports. */
async function reported(browser: Browser, page: string, query: string, headers = {}): Promise<string> {
  const scripts = inject("scripts");
  const server = await serve(scripts[page], headers, scripts);
  try {
    return await reportedIn(browser, server, query);
  } finally {
    server.close();
  }
}

describe.each(browsers)("in %s", (_, browser) => {
  test("an isolated page reaches the published weights with 1, 2 and 3 workers that share memory", async () => {
    const text = await reported(browser, "/page.js", `${queryOf(whole.run)}&workers=1,2,3`, isolated);
    const report: WorkersReport = JSON.parse(text);
    for (const { workers, seconds } of report.runs) console.log(`${workers} workers: ${seconds.toFixed(1)} s`);
    expect(report.runs).toMatchObject(
      [1, 2, 3].map((workers) => ({ ...whole.reached, workers, shared: true, warnings: [] })),
    );
  });

  test("a page that is not isolated reaches them with one worker, and says why it has no more", async () => {
    const report: WorkersReport = JSON.parse(await reported(browser, "/page.js", `${queryOf(whole.run)}&workers=3`));
    const warning = expect.stringMatching(
      /^DataParallel: workers is 3, but this page is not isolated .*; 1 worker will be used$/,
    );
    expect(report.runs).toMatchObject([{ ...whole.reached, workers: 1, shared: false, warnings: [warning] }]);
  });

  test("a page on a host that does not isolate it does so itself, with isolation.js", async () => {
    const query = `isolated.html${queryOf(small.run)}&workers=2&wait`;
    const report: WorkersReport = JSON.parse(await reported(browser, "/page.js", query));
    expect(report.runs).toMatchObject([{ ...small.reached, workers: 2, shared: true, warnings: [] }]);
  });

  test.each([
    ["isolated", isolated],
    ["not isolated", {}],
  ])(
    "in a page that is %s, trainings that fail end at once, with the weights of a finished step",
    async (kind, headers) => {
      const { endings, refusals }: FaultsReport = JSON.parse(await reported(browser, "/faults.js", "", headers));
      const { missing, early, ...others } = endings;
      const workers = kind === "isolated" ? 2 : 1;
      expect(Object.values(endings).map(({ threads }) => threads)).toEqual(Object.values(endings).map(() => 0));
      expect(Object.values(others).map(({ right }) => right)).toEqual(Object.values(others).map(() => true));
      for (const usual of [endings.usual, endings.again]) expect(usual).toMatchObject({ epochs: 3, steps: 24 });
      for (const usual of [endings.usual, endings.again]) expect(usual.error).toBeUndefined();
      const failed = (step: string, cause: string) =>
        expect.stringMatching(new RegExp(`^WorkerError: worker [12] of ${workers} failed in step ${step}: ${cause}`));
      expect(endings.throws.error).toEqual(failed(workers === 1 ? "5" : String(endings.throws.steps + 1), "planted$"));
      expect(endings.throwsAtOnce.error).toEqual(failed("1", "planted$"));
      expect(endings.loops.error).toBe("Error: enough");
      // A browser takes up to two seconds to end a worker that never returns.
      expect(endings.loops.took).toBeLessThan(5000);
      expect(endings.ends.error).toEqual(failed("9", "the worker has ended$"));
      expect(early.error).toEqual(failed("1", "the recipe's module has pinned tensors or computed with them while"));
      expect(missing.error).toEqual(failed("1", "the worker's file could not be loaded;"));
      expect(endings.followed).toMatchObject({ error: "Error: seen", epochs: 0 });
      expect(endings.followed.steps).toBeGreaterThan(0);
      expect(refusals).toEqual({
        url: expect.stringContaining("in a browser, the recipe must be the recipe itself, got an URL; import it"),
        noWorker: expect.stringContaining("in a browser, the option worker must start a Web Worker whose file calls"),
        checkpoint: expect.stringMatching(/^CheckpointError: DataParallel: checkpoints are files in a directory/),
      });
    },
  );
});
