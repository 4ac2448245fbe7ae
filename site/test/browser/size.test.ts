/** The script of the whole playground, all stages, the worker and the library included, stays small. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, inject, test } from "vitest";

test("150 kB of script, gzipped", async () => {
  const files = await readdir(inject("files"), { recursive: true });
  const scripts = files.filter((file) => file.endsWith(".js"));
  const sizes = await Promise.all(
    scripts.map(async (file) => gzipSync(await readFile(join(inject("files"), file)), { level: 9 }).length),
  );
  expect(scripts.length).toBeGreaterThan(5);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(150_000);
});
