/** The example of formulas: it finds what it looks for, and its page shows the stored results. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { Findings } from "../formula/findings.ts";
import { tablesOf } from "../formula/tables.ts";
import { markdownTable, readResults, sha256 } from "../study/index.ts";
import { example, outDirectory } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const results = new URL("../../docs/results/", import.meta.url);

test("pnpm example formula finds two formulas, with the bits of the stored results", async () => {
  const out = await outDirectory();
  const { stdout, stderr, code } = await example([
    ...["formula", "--formulas", "kinetic,field", "--seeds", "1", "--out", out],
  ]);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(stdout).toContain("  K = 0.5*m*u^2 + 0.5*m*v^2 + 0.5*m*w^2\n    seed 100: found, ");
  expect(stdout).toContain("  u = 0.5*eps*E^2\n    seed 100: found, ");
  const found = await readResults<Findings>(join(out, "results.json"));
  const stored = await readResults<Findings>(new URL("formulas.json", results));
  const again = ({ formula, seed }: Findings["runs"][number]) => seed === 100 && ["kinetic", "field"].includes(formula);
  expect(found.runs).toEqual(stored.runs.filter(again));
  const report = await readFile(join(out, "report.html"), "utf8");
  expect(report).toContain(found.configurationSha256);
  expect(report.match(/<figure>/g)).toHaveLength(1);
});

test("a formula that there is not", async () => {
  const { stderr, code } = await example(["formula", "--formulas", "entropy"]);
  expect({ stderr, code }).toEqual({
    stderr: 'formula: --formulas must be some of product,sum,kinetic,dot,gas,field,height,gauss, got "entropy"\n',
    code: 2,
  });
});

test("docs/results/formulas.md shows the stored results", async () => {
  const page = await readFile(new URL("formulas.md", results), "utf8");
  const findings = await readResults<Findings>(new URL("formulas.json", results));
  // The page has what is looked for before what was found.
  expect(page.match(/^\|.*(\n\|.*)*/gm)?.toSorted()).toEqual(
    tablesOf(findings)
      .map(({ table }) => markdownTable(table))
      .toSorted(),
  );
  expect(sha256(findings.configuration)).toBe(findings.configurationSha256);
  expect(page).toContain(`\`${findings.configurationSha256}\``);
  // The network is its formula, to rounding; and all runs of the configuration are there.
  for (const { difference } of findings.runs) expect(difference).toBeLessThan(1e-5);
  expect(findings.configuration.runs).toEqual(
    findings.runs.map(({ formula, seed }) => expect.objectContaining({ formula, seed })),
  );
  const figures = [...page.matchAll(/\]\((.+\.svg)\)/g)].map(([, file]) => file);
  expect(figures).toEqual(["formulas.svg"]);
  expect(existsSync(new URL("formulas.svg", results))).toBe(true);
});
