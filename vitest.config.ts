import { defineConfig } from "vitest/config";

/** The library's tests; packing (build, pack, install) and other engines are slower and have configurations of their own. */
export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "packages/polygrad/test/{packing,engines}/**"],
    setupFiles: ["vitest.setup.ts"],
    maxWorkers: 2,
    testTimeout: 60_000,
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"], thresholds: { lines: 95 } },
  },
});
