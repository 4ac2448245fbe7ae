/** Writes a report into the documentation: docs/benchmarks.json, and from it the pictures, and tables between markers. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { racePicture, racersOf, speedPicture } from "./pictures.ts";
import { type Case, leftOutSentences, type Report, toJson, torchOf, verdict } from "./report.ts";
import {
  caseTable,
  coresTable,
  digits,
  memoryTable,
  productsTable,
  raceTable,
  readmeTable,
  summaryTable,
  titleOf,
  trainingsOf,
} from "./tables.ts";

export const ROOT: string = fileURLToPath(new URL("../../../", import.meta.url));
export const REPORT = "docs/benchmarks.json";

/** Pages and pictures by path. Pages are given as they are, and returned with new tables. */
export type Pages = ReadonlyMap<string, string>;

export const PAGES = ["README.md", "docs/benchmarks.md"] as const;

/** Fewer rounds can be one lucky run. */
export const LEAST_ROUNDS = 15;

/** Writes everything, and returns the paths, as seen from the workspace. @throws Error if there were too few rounds */
export async function writePages(report: Report): Promise<string[]> {
  const { rounds = 0 } = report.settings;
  if (rounds < LEAST_ROUNDS)
    throw new Error(`--write: ${rounds} rounds are too few to publish; measure at least ${LEAST_ROUNDS}`);
  const texts = await Promise.all(PAGES.map(async (page) => [page, await readFile(ROOT + page, "utf8")] as const));
  const written = new Map([[REPORT, toJson(report)], ...pagesOf(report, new Map(texts))]);
  for (const [path, text] of written) await writeFile(ROOT + path, text);
  return [...written.keys()];
}

/** The pictures of a report, and the pages with its tables. */
export function pagesOf(report: Report, pages: Pages): Map<string, string> {
  const pictures = Object.entries({ speed: speedPicture(report), race: racePicture(report) });
  const made = new Map(pictures.flatMap(([name, svg]) => (svg === undefined ? [] : [[`docs/${name}.svg`, svg]])));
  const shown = (name: string, folder: string, alt: string) =>
    made.has(`docs/${name}.svg`) ? [`<img src="${folder}${name}.svg" width="560" alt="${alt}">`] : [];
  const speedAlt = "How many times as fast as PyTorch: the figures of the table below, as bars";
  const raceAlt = "Seconds from the command to the accuracy: the figures of the table below, as bars";
  const regions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
    "README.md": { speed: [...shown("speed", "docs/", speedAlt), readmeTable(report), ...raceSentence(report)] },
    "docs/benchmarks.md": {
      machine: [machineText(report)],
      summary: [...shown("speed", "", speedAlt), summaryTable(report), ...leftOutSentences(report)],
      losses: [losses(report)],
      race: [...shown("race", "", raceAlt), ...report.cases.filter(({ kind }) => kind === "race").map(raceTable)],
      cores: [coresTable(report)],
      memory: [memoryTable(report)],
      cases: [...trainingsOf(report.cases).map(caseTable), ...verdict(report.cases).sentences],
      products: [productsTable(report)],
    },
  };
  for (const [path, page] of pages)
    made.set(
      path,
      Object.entries(regions[path] ?? {}).reduce((text, [name, parts]) => replaced(text, path, name, parts), page),
    );
  return made;
}

/** @throws Error if the page lacks the markers of the region */
function replaced(text: string, path: string, name: string, parts: readonly string[]): string {
  const [begin, end] = [`<!-- begin ${name}: pnpm bench:peers --write -->\n`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} lacks the lines ${begin.trim()} and ${end}, in this order`);
  return `${text.slice(0, from + begin.length)}\n${parts.map((part) => `${part}\n\n`).join("")}${text.slice(to)}`;
}

function machineText({ machine, date, settings, cases }: Report): string {
  const versions = ["torch", "tfjs-wasm"].flatMap((family) => {
    const about = cases.flatMap(({ entries }) => entries).find((entry) => entry.family === family)?.about;
    const name = family === "torch" ? "PyTorch" : "tfjs";
    return about === undefined ? [] : [`${name} ${about.version}${about.blas ? ` with ${about.blas}` : ""}`];
  });
  const places = [machine.cpu, `${machine.cores} cores`, machine.platform, `Node ${machine.node}`, ...versions];
  return `${places.join(", ")}; ${settings.rounds} rounds, ${date.slice(0, 10)}.`;
}

/** Where Polygrad on all cores takes longer than a peer: a line for each network, and one for all products. */
function losses({ cases }: Report): string {
  const lost = (one: Case) =>
    one.entries.flatMap((entry) => {
      const slower = 1 / (entry.toAll?.median ?? 1);
      // Of PyTorch's settings only the fastest counts.
      const counts = entry.role === "peer" && (entry.family !== "torch" || entry === torchOf(one));
      return counts && slower > 1 ? [{ name: entry.name, slower }] : [];
    });
  const products = cases.filter(({ kind }) => kind === "product").flatMap(lost);
  const lines = [
    ...cases
      .filter(({ kind }) => kind !== "product")
      .flatMap((one) =>
        lost(one).map(({ name, slower }) => `${titleOf(one)}: ${digits(slower)} times as long as ${name}.`),
      ),
    ...[...new Set(products.map(({ name }) => name))].map((name) => {
      const slower = products.filter((product) => product.name === name).map((product) => product.slower);
      return `Matrix products: up to ${digits(Math.max(...slower))} times as long as ${name}, in ${slower.length} of the shapes.`;
    }),
  ];
  return lines.length === 0 ? "In none of the cases of this run." : lines.map((line) => `- ${line}`).join("\n");
}

/** The seconds of the race, in a sentence. */
function raceSentence({ cases }: Report): string[] {
  const race = cases.find(({ kind }) => kind === "race");
  if (race === undefined) return [];
  const seconds = racersOf(race).map(({ name, entry }) => `${name} ${entry.medianSeconds.toFixed(1)} s`);
  return [`From the command to 94 % of MNIST's test images right, whole programs timed: ${seconds.join(", ")}.`];
}
