/** Same seed, same bits: pages train in Chromium and Firefox, and reach the published weights. */
import { describe, expect, inject, test } from "vitest";
import { type Browser, chromium, firefox, reportedIn } from "./browser.ts";
import { queryOf, reportOf } from "./commands.ts";
import { chromiumEngine, type Engine, firefoxEngine } from "./engines.ts";
import type { Report } from "./program.ts";
import { small, whole } from "./published.ts";
import { isolated, serve, withoutWebAssembly } from "./server.ts";
import type { Run } from "./training.ts";

const browsers: readonly (Engine & { readonly browser: Browser; readonly calledItself: string })[] = [
  { ...chromiumEngine, browser: chromium, calledItself: "Chrome/" },
  { ...firefoxEngine, browser: firefox, calledItself: "Firefox/" },
];

describe.each(browsers)("in $name", ({ browser, calledItself }) => {
  async function inPage(what: Run, headers?: Readonly<Record<string, string>>): Promise<Report> {
    const server = await serve(inject("bundle"), headers);
    try {
      const report = reportOf(await reportedIn(browser, server, queryOf(what)));
      expect(report.engine).toContain(calledItself);
      return report;
    } finally {
      server.close();
    }
  }

  test("a page that is isolated from other origins has shared memory", async () => {
    const report = await inPage(whole.run, isolated);
    expect(report).toMatchObject({ ...whole.reached, kernels: "simd", memory: "SharedArrayBuffer" });
  });

  test("a page that is not isolated has memory of its own", async () => {
    const report = await inPage(whole.run);
    expect(report).toMatchObject({ ...whole.reached, kernels: "simd", memory: "ArrayBuffer" });
  });

  test("a page that may not compile WebAssembly runs plain kernels (the small case)", async () => {
    expect(await inPage(small.run, withoutWebAssembly)).toMatchObject({ ...small.reached, kernels: "plain" });
  });
});
