import { defineConfig } from "vitest/config";

/** An hour of random use, or the share of it that SOAK says: SOAK=0.1 is a tenth. Each part prints its counts. */
export default defineConfig({
  test: {
    include: ["packages/polygrad/test/soak/**/*.test.ts", "site/test/soak/**/*.test.ts"],
    globalSetup: "site/test/browser/setup.ts",
    maxWorkers: 2,
    testTimeout: 2 * 3_600_000,
    hookTimeout: 60_000,
  },
});
