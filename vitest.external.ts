import { defineConfig } from "vitest/config";

/** Tests against programs that npm does not install: Python reads and writes our files, and a Redis server holds our queue. */
export default defineConfig({
  test: {
    include: ["packages/*/test/external/**/*.test.ts"],
    setupFiles: ["vitest.setup.ts"],
    maxWorkers: 2,
    testTimeout: 240_000,
  },
});
