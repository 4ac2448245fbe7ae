import { defineConfig } from "vitest/config";

/** Same seed, same bits: training in several Nodes and in Chromium. It writes each package's `dist`. */
export default defineConfig({
  test: {
    include: ["packages/polygrad/test/engines/**/*.test.ts"],
    // The first test that needs another engine waits for it to be installed.
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
