/** The pages in docs/results: their tables are what the stored results give. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as article from "../article/report.ts";
import * as fit from "../fit/report.ts";
import * as frontier from "../frontier/rows.ts";
import { markdownTable, type Results, readResults, sha256, type Table } from "../study/index.ts";

interface Page {
  readonly name: string;
  readonly tablesOf: (results: Results) => readonly { readonly table: Table }[];
}

const pages: readonly Page[] = [
  { name: "article", tablesOf: article.tablesOf },
  { name: "fit", tablesOf: fit.tablesOf },
  { name: "frontier", tablesOf: frontier.tablesOf },
];

test.each(pages)("docs/results/$name.md shows the stored results", async ({ name, tablesOf }) => {
  const directory = new URL("../../docs/results/", import.meta.url);
  const page = await readFile(new URL(`${name}.md`, directory), "utf8");
  const results = await readResults(new URL(`${name}.json`, directory));
  const tables = tablesOf(results).map(({ table }) => markdownTable(table));
  expect(page.match(/^\|.*(\n\|.*)*/gm)).toEqual(tables);
  expect(sha256(results.configuration)).toBe(results.configurationSha256);
  expect(page).toContain(`\`${results.configurationSha256}\``);
  expect(page).toContain(`\`pnpm example ${name}\``);
  // All runs of the configuration are there, in its order.
  const { parts } = results.configuration;
  expect(parts).toEqual(
    Object.fromEntries(
      [...new Set(results.runs.map(({ part }) => part))].map((part) => [
        part,
        results.runs
          .filter((run) => run.part === part)
          .map(({ options, epochs }) => expect.objectContaining({ options, until: epochs })),
      ]),
    ),
  );
  const figures = [...page.matchAll(/\]\((.+\.svg)\)/g)].map(([, file]) => file);
  expect(figures.length).toBeGreaterThan(0);
  for (const file of figures) expect(existsSync(new URL(file, directory)), file).toBe(true);
});
