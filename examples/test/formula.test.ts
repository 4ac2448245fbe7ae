/** The example of formulas: it finds what it looks for, and prints what the documentation says. */
import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { example } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

test("pnpm example formula finds two formulas", async () => {
  const { stdout, stderr, code } = await example(["formula", "kinetic", "field"]);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(stdout).toContain("  K = 0.5*m*u^2 + 0.5*m*v^2 + 0.5*m*w^2\n");
  expect(stdout).toContain("  u = 0.5*eps*E^2\n");
  expect(await readFile(new URL("../../docs/results/formulas.md", import.meta.url), "utf8")).toContain(
    stdout.slice(0, stdout.indexOf("\n\n")),
  );
});

test("a formula that there is not", async () => {
  const { stderr, code } = await example(["formula", "entropy"]);
  expect({ stderr, code }).toEqual({ stderr: 'formula: there is no formula "entropy"; see --help\n', code: 2 });
});
