import { defineConfig } from "vitest/config";

/** Same seed, same bits: training in engines of three families. Writes each package's `dist`. */
export default defineConfig({
  test: {
    include: ["packages/polygrad/test/engines/**/*.test.ts"],
    globalSetup: "packages/polygrad/test/engines/setup.ts",
    maxWorkers: 2,
    testTimeout: 480_000,
  },
});
