import { defineConfig } from "vitest/config";

/** Tests that need browsers and other engines: the same training in all of them, and reports. Writes each package's `dist`. */
export default defineConfig({
  test: {
    include: ["packages/polygrad/test/engines/**/*.test.ts", "examples/test/browser/**/*.test.ts"],
    globalSetup: "packages/polygrad/test/engines/setup.ts",
    maxWorkers: 2,
    testTimeout: 480_000,
  },
});
