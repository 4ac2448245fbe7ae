/** What the experiment shows of its record: tables and maps in the terminal, the page report.html, and docs/results. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { wrap } from "../mnist/terminal.ts";
import type { Figure } from "../report/index.ts";
import { markdownTable, pageFile, type StudyOptions, textTable, writeText } from "../study/index.ts";
import {
  coefficientCurves,
  comparedMaps,
  mapOf,
  pathCurves,
  sharpnessCurves,
  signalCurves,
  toleratedCurves,
} from "./figures.ts";
import { mapText, outcomes } from "./outcome.ts";
import { cellsOf, type Findings, recordText, variantsIn } from "./record.ts";
import { tablesOf } from "./tables.ts";
import { article, recommended, type Variant } from "./variants.ts";

/** The command that makes the experiment again. */
const COMMAND = "pnpm example stability";

/** Prints the maps and tables, and writes results.json and report.html, and with --write the files of the page. */
export async function publish(record: Findings, { out, write }: StudyOptions): Promise<void> {
  const text = recordText(record);
  await writeText(join(out, "results.json"), text);
  const figures = await figuresOf(record);
  await writeText(join(out, "report.html"), await reportOf(record, figures));
  if (write) await writePage(record, text, figures);
  console.log(terminalText(record));
}

/** A map for each recipe, and the tables. */
export function terminalText(record: Findings): string {
  const maps = variantsIn(record).map((variant) => captioned(record, variant));
  const tables = tablesOf(record).map(
    ({ title, note, table }) => `${title}\n\n${textTable(table)}\n\n${wrap(note, 120).join("\n")}`,
  );
  return [...maps, legend(), ...tables, `configuration ${record.configurationSha256}`].join("\n\n");
}

function captioned(record: Findings, { name, title }: Variant): string {
  return `${title}\n${mapText(cellsOf(record, name), record.grid)}`;
}

function legend(): string {
  const signs = Object.values(outcomes).map(({ character, meaning }) => `${character} ${meaning}`);
  return `Lines are hidden sizes, columns degrees.  ${signs.join("   ")}`;
}

/** The maps that the page shows in characters. */
export function mapsOf(record: Findings): string {
  return [captioned(record, article), captioned(record, recommended), legend()].join("\n\n");
}

/** The figures by the names of their files in docs/results. */
async function figuresOf(record: Findings): Promise<Readonly<Record<string, Figure>>> {
  // The highest degree that was followed, and the smallest depth; signals also at the largest.
  const degree = Math.max(...record.paths.map((path) => path.degree));
  const depths = record.paths.map(({ depth }) => depth);
  return {
    map: await comparedMaps(record),
    sharpness: await sharpnessCurves(record),
    tolerated: await toleratedCurves(record),
    coefficients: await coefficientCurves(record),
    path: await pathCurves(record, degree, Math.min(...depths)),
    signal: await signalCurves(record, degree, Math.max(...depths)),
  };
}

async function reportOf(record: Findings, figures: Awaited<ReturnType<typeof figuresOf>>): Promise<string> {
  const { page, table } = await import("../report/index.ts");
  const tables = tablesOf(record).map(({ title, note, table: [columns, ...rows] }) =>
    table({ title, note, columns, rows }),
  );
  const [trained, measured] = [tables.slice(0, 3), tables.slice(3)];
  const { map, ...curves } = figures;
  const { degrees, hidden, depths } = record.grid;
  return page({
    title: "Which polynomial networks train, and why others do not",
    question:
      "The article says that high degrees and big models are unstable. Which degrees, sizes and depths are, with which remedy do they " +
      "train, and what makes them unstable?",
    command: COMMAND,
    configuration: {
      degrees,
      hidden,
      depths,
      images: record.images,
      seeds: record.seeds,
      hash: record.configurationSha256,
    },
    sections: [
      { heading: "The map", parts: [map, ...trained] },
      { heading: "Why", parts: [...Object.values(curves), ...measured] },
      {
        heading: "Each recipe",
        parts: await Promise.all(variantsIn(record).map((variant) => mapOf(record, variant))),
      },
    ],
  });
}

/** Writes the files beside docs/results/stability.md, and the tables and maps in it. */
async function writePage(
  record: Findings,
  text: string,
  figures: Awaited<ReturnType<typeof figuresOf>>,
): Promise<void> {
  const { standalone } = await import("../report/index.ts");
  await writeText(pageFile("stability.json"), text);
  for (const [name, figure] of Object.entries(figures))
    await writeText(pageFile(`stability-${name}.svg`), standalone(figure));
  const page = await readFile(pageFile("stability.md"), "utf8");
  await writeText(pageFile("stability.md"), filled(page, record));
}

/** The page with the tables, the maps and the hash of a record in the places of those that it has. */
export function filled(page: string, record: Findings): string {
  const tables = tablesOf(record).map(({ table }) => markdownTable(table));
  return page
    .replace(/^\|.*(\n\|.*)*/gm, () => tables.shift() ?? "")
    .replace(/^```text\n[^`]*```/m, () => `\`\`\`text\n${mapsOf(record)}\n\`\`\``)
    .replace(/`[0-9a-f]{64}`/, () => `\`${record.configurationSha256}\``);
}
