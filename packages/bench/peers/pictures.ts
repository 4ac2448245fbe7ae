/** The two pictures of a report: speed against PyTorch, and the race. */
import { DATASETS, NETWORKS } from "./cases.ts";
import type { Family } from "./contenders.ts";
import { type Case, type Entry, type Report, torchOf } from "./report.ts";
import { median } from "./statistics.ts";
import { draw, type Group, type Row } from "./svg.ts";
import { DATASET_NAMES, digits, trainingsOf } from "./tables.ts";

/** A bar for each training: how many times as long PyTorch takes. Undefined if it was not measured. */
export function speedPicture(report: Report): string | undefined {
  const groups = DATASETS.flatMap((dataset): Group[] => {
    const rows = trainingsOf(report.cases)
      .filter((one) => one.dataset === dataset)
      .flatMap((one) => speedRow(one) ?? []);
    const title = dataset === "dense" ? `${DATASET_NAMES.dense}, none of them zero` : DATASET_NAMES[dataset];
    return rows.length === 0 ? [] : [{ title: title[0].toUpperCase() + title.slice(1), rows }];
  });
  if (groups.length === 0) return undefined;
  return draw({
    title: "How many times as fast as PyTorch",
    above: [
      `Time of PyTorch over time of Polygrad, ${report.machine.cores} cores;`,
      "the rows are a network and the size of its batches",
    ],
    legend: [
      { kind: "bar", text: "Polygrad against PyTorch’s fastest form" },
      { kind: "tail", text: "against PyTorch as the article writes it" },
      { kind: "loss", text: "PyTorch is faster" },
    ],
    groups,
    rule: { at: 1, text: "1: as fast as PyTorch" },
    below: provenance(report, trainingsOf(report.cases)),
  });
}

function speedRow(one: Case): Row | undefined {
  const best = torchOf(one)?.toAll?.median;
  if (best === undefined) return undefined;
  const article = torchOf(one, "article")?.toAll?.median ?? best;
  const kind = best < 1 ? "loss" : "bar";
  // A tail that is hardly longer than the bar would only look like a smudge.
  const differs = article > 1.03 * best;
  return {
    name: `${NETWORKS[one.model ?? "poly"].title}, ${one.batchSize}`,
    pieces: [{ to: best, kind }, ...(differs ? [{ to: article, kind: "tail" } as const] : [])],
    value: digits(best),
    other: differs ? digits(article) : undefined,
  };
}

/** A bar for each library, from the command to the accuracy. Undefined if there was no race. */
export function racePicture(report: Report): string | undefined {
  const race = report.cases.find(({ kind }) => kind === "race");
  if (race === undefined) return undefined;
  return draw({
    title: `From the command to ${100 * report.settings.target} % accuracy`,
    above: [
      "Seconds until 94 % of MNIST’s test images are recognised:",
      "polynomial network, batches of 128, whole processes timed",
    ],
    legend: [
      { kind: "wait", text: "until training begins" },
      { kind: "bar", text: "training, and a test after each epoch" },
    ],
    groups: [{ rows: racersOf(race).map(raceRow) }],
    below: provenance(report, [race]),
  });
}

/** One entry for each library, with its name. */
export function racersOf(race: Case): { name: string; entry: Entry }[] {
  const first = (wanted: Family) => race.entries.find(({ family, role }) => family === wanted && role !== "again");
  const racers = [
    { name: "Polygrad", entry: first("ours") },
    { name: "PyTorch", entry: torchOf(race) },
    { name: "jax-js", entry: first("jax-js") },
    { name: "tfjs, Wasm", entry: first("tfjs-wasm") },
  ];
  return racers.flatMap(({ name, entry }) => (entry === undefined ? [] : [{ name, entry }]));
}

function raceRow({ name, entry }: { name: string; entry: Entry }): Row {
  const start = median(entry.startSeconds ?? [0]);
  return {
    name,
    pieces: [
      { to: start, kind: "wait" },
      { to: entry.medianSeconds, kind: "bar" },
    ],
    value: entry.medianSeconds.toFixed(1),
  };
}

/** Where and when it was measured, and on how many pairs of turns the medians rest. */
function provenance({ machine, date }: Report, cases: readonly Case[]): string[] {
  const torch = cases.flatMap(({ entries }) => entries).find(({ family }) => family === "torch");
  const pairs = Math.min(...cases.map((one) => torchOf(one)?.toAll?.pairs ?? Number.POSITIVE_INFINITY));
  const medians = Number.isFinite(pairs) ? [`medians of ${pairs} pairs`] : [];
  const versions = [`Node ${machine.node}`.replace(" v", " "), ...(torch ? [`PyTorch ${torch.about.version}`] : [])];
  return [`${machine.cpu}, ${machine.platform}, ${versions.join(", ")}`, [date.slice(0, 10), ...medians].join(", ")];
}
