import { defineConfig } from "vitest/config";

/** The tests of the library. Slower tests, and those that need other programs, have configurations of their own. */
export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/test/**/*.test.ts", "site/test/**/*.test.ts"],
    exclude: [
      "**/node_modules/**",
      "packages/polygrad/test/{packing,engines,soak}/**",
      "packages/*/test/external/**",
      "examples/test/browser/**",
      "site/test/{browser,soak}/**",
    ],
    setupFiles: ["vitest.setup.ts"],
    maxWorkers: 2,
    testTimeout: 60_000,
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"], thresholds: { lines: 95 } },
  },
});
