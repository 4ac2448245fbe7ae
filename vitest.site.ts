import { defineConfig } from "vitest/config";

/** Tests of the site in Chromium, against its build. */
export default defineConfig({
  test: {
    include: ["site/test/browser/**/*.test.ts"],
    globalSetup: ["site/test/browser/setup.ts", "site/test/browser/site.ts"],
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
