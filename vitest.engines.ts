import { defineConfig } from "vitest/config";

/** Same seed, same bits: training in several versions of Node and in Chromium. Writes each package's `dist`. */
export default defineConfig({
  test: {
    include: ["packages/polygrad/test/engines/**/*.test.ts"],
    // The first test that needs another engine also waits for its installation.
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
