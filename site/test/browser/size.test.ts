/** The scripts of the playground stay small: all stages, the worker and the library; and apart from them, what exports. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, inject, test } from "vitest";

test("150 kB of script, gzipped, and 35 kB more for those who export", async () => {
  const files = await readdir(inject("files"), { recursive: true });
  const sizes = await Promise.all(
    files
      .filter((file) => file.endsWith(".js"))
      .map(async (file) => {
        const { length } = gzipSync(await readFile(join(inject("files"), file)), { level: 9 });
        return { file, length };
      }),
  );
  const isExport = ({ file }: { readonly file: string }) => /^assets\/export-/.test(file);
  const sum = (some: typeof sizes) => some.reduce((total, { length }) => total + length, 0);
  const [exporting, others] = [sizes.filter(isExport), sizes.filter((each) => !isExport(each))];
  expect(others.length).toBeGreaterThan(5);
  expect(sum(others)).toBeLessThan(150_000);
  expect(exporting.length).toBe(1);
  expect(sum(exporting)).toBeLessThan(35_000);
});
