/** The example with a table of cars: what it prints is what docs/data.md shows, to the last digit. */
import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { example } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

test("pnpm example tables prints what the documentation says", async () => {
  const { stdout, stderr, code } = await example(["tables"]);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(await readFile(new URL("../../docs/data.md", import.meta.url), "utf8")).toContain(
    `\`\`\`text\n${stdout}\`\`\``,
  );
  const [, linear, polynomial] = stdout.match(/^mean +(\d+\.\d+) +\S+ +(\d+\.\d+) +\S+\n/m) ?? [];
  // Least squares reach 3.4 miles per gallon on these cars.
  expect(Number(linear)).toBeLessThan(3.5);
  expect(Number(polynomial)).toBeLessThan(3);
});
