import { defineConfig } from "vitest/config";

/** Builds, packs and installs the packages with npm, and runs them with plain Node. Writes each package's `dist`. */
export default defineConfig({
  test: {
    include: ["packages/polygrad/test/packing/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
