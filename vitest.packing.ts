import { defineConfig } from "vitest/config";

/** What a user installs: built, packed, installed with npm and run by plain node. It writes each package's `dist`. */
export default defineConfig({
  test: {
    include: ["packages/polygrad/test/packing/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
