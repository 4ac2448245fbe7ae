/** The tables of a report, in Markdown. */
import { NETWORKS } from "./cases.ts";
import { type Case, type Entry, fastestOf, type Report, torchOf } from "./report.ts";
import { pairedRatio, present, quantile, type Ratio } from "./statistics.ts";
import { table } from "./table.ts";

export const DATASET_NAMES = { mnist: "MNIST", fashion: "FashionMNIST", dense: "random pixels" } as const;

/** "MNIST, polynomial, 2048". */
export function titleOf({ name, dataset, model, batchSize }: Case): string {
  if (dataset === undefined || model === undefined) return name;
  return `${DATASET_NAMES[dataset]}, ${NETWORKS[model].title}, ${batchSize}`;
}

/** All contenders of one case. */
export function caseTable(one: Case): string {
  const body = one.kind === "product" ? productTable(one) : one.kind === "race" ? raceTable(one) : trainingTable(one);
  return [body, ...one.missing.map(({ name, reason }) => `missing: ${name}: ${reason}`)].join("\n");
}

function trainingTable({ name, entries }: Case): string {
  const header = [
    name,
    "s/epoch",
    "fastest",
    "time / ours, 1",
    "time / ours, all",
    "loss, epoch 1",
    "differs by",
    "peak MiB",
  ];
  const rows = entries.map((entry) => [
    entry.name,
    entry.medianSeconds.toFixed(3),
    entry.fastestSeconds.toFixed(3),
    ratio(entry.toOne),
    ratio(entry.toAll),
    entry.losses.at(0)?.toFixed(5) ?? "-",
    entry.disagreement === undefined ? "-" : `${(100 * entry.disagreement).toFixed(4)} %`,
    mebibytes(entry.peakBytes),
  ]);
  return table([header, ...rows]);
}

function productTable({ name, shape = [0, 0, 0], entries }: Case): string {
  const flops = 2 * shape[0] * shape[1] * shape[2];
  const gigaflops = (entry: Entry) => (flops / entry.medianSeconds / 1e9).toFixed(1);
  return table([
    [name, "GFLOPS", "time / ours"],
    ...entries.map((entry) => [entry.name, gigaflops(entry), ratio(entry.toAll)]),
  ]);
}

/** From the command to the accuracy, with the part of it that passes before training begins. */
export function raceTable({ name, entries }: Case): string {
  const header = [
    name,
    "s in all",
    "fastest",
    "until training",
    "epochs",
    "accuracy",
    "time / ours",
    "pairs",
    "peak MiB",
  ];
  const rows = entries.map((entry) => [
    entry.name,
    entry.medianSeconds.toFixed(2),
    entry.fastestSeconds.toFixed(2),
    quantile(entry.startSeconds ?? [], 0.5).toFixed(2),
    String(entry.losses.length),
    `${(100 * (entry.accuracies?.at(-1) ?? 0)).toFixed(2)} %`,
    ratio(entry.toAll),
    String(present(entry.seconds).length),
    mebibytes(entry.peakBytes),
  ]);
  return table([header, ...rows]);
}

/** One line for each training: how many times as long the peers take as Polygrad on all cores. */
export function summaryTable({ cases }: Report): string {
  const header = [
    "images, network, batch",
    "ours, s",
    "PyTorch",
    "PyTorch, products",
    "jax-js",
    "tfjs, Wasm",
    "ours, again",
  ];
  const rows = trainingsOf(cases).map((one) => {
    const of = (entry: Entry | undefined) => withFastest(entry?.toAll);
    const named = (key: "family" | "role", value: string) => one.entries.find((entry) => entry[key] === value);
    return [
      titleOf(one),
      named("role", "all")?.medianSeconds.toFixed(3) ?? "-",
      of(torchOf(one, one.model === "poly" ? "article" : "")),
      one.model === "poly" ? of(torchOf(one, "products")) : "",
      of(named("family", "jax-js")),
      of(named("family", "tfjs-wasm")),
      spread(named("role", "again")?.toAll),
    ];
  });
  return table([header, ...rows]);
}

/** How many times as fast more cores are: the time on one over the time on all. */
export function coresTable({ cases }: Report): string {
  const header = ["images, network, batch", "ours", "two processes", "PyTorch", "PyTorch, products"];
  const rows = trainingsOf(cases).map((one) => {
    const role = (name: string) => one.entries.find((entry) => entry.role === name);
    const gain = (on1: Entry | undefined, more: Entry | undefined) =>
      on1 && more && on1 !== more ? ratio(pairedRatio(on1.seconds, more.seconds)) : "-";
    const torch = (variant: string) => {
      const settings = one.entries.filter((entry) => entry.family === "torch" && entry.variant === variant);
      return gain(
        settings.find(({ threads }) => threads === 1),
        fastestOf(settings.filter(({ threads }) => threads > 1)),
      );
    };
    const ours = [gain(role("one"), role("all")), gain(role("one"), role("pair"))];
    return [
      titleOf(one),
      ...ours,
      torch(one.model === "poly" ? "article" : ""),
      one.model === "poly" ? torch("products") : "",
    ];
  });
  return table([header, ...rows]);
}

/** The peak memory of each contender with MNIST, in MiB. */
export function memoryTable({ cases }: Report): string {
  const columns = cases.filter(({ kind, dataset }) => kind === "race" || dataset === "mnist");
  const entries = columns.flatMap((one) => one.entries).filter(({ role }) => role !== "again" && role !== "pair");
  const names = [...new Set(entries.map(({ name }) => name))];
  const cell = (name: string, one: Case) => mebibytes(one.entries.find((entry) => entry.name === name)?.peakBytes);
  return table([
    ["MiB", ...columns.map(({ name }) => name)],
    ...names.map((name) => [name, ...columns.map((one) => cell(name, one))]),
  ]);
}

/** GFLOPS of matrix products, and in brackets their time over ours. */
export function productsTable({ cases }: Report): string {
  const products = cases.filter(({ kind }) => kind === "product");
  const names = [...new Set(products.flatMap(({ entries }) => entries.map(({ name }) => name)))];
  const cell = ({ shape = [0, 0, 0], entries }: Case, name: string) => {
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry === undefined) return "-";
    const gigaflops = ((2 * shape[0] * shape[1] * shape[2]) / entry.medianSeconds / 1e9).toFixed(1);
    return entry.role === "all" ? gigaflops : `${gigaflops} (${ratio(entry.toAll)})`;
  };
  return table([
    ["m x k x n", ...names],
    ...products.map((one) => [one.shape?.join(" x ") ?? one.name, ...names.map((name) => cell(one, name))]),
  ]);
}

/** For README: each network against PyTorch at its best. */
export function readmeTable({ cases }: Report): string {
  const rows = trainingsOf(cases).map((one) => {
    const ours = one.entries.find(({ role }) => role === "all");
    const torch = torchOf(one);
    const seconds = (entry: Entry | undefined) => entry?.medianSeconds.toFixed(2) ?? "-";
    return [titleOf(one), seconds(ours), seconds(torch), ratio(torch?.toAll)];
  });
  return table([["images, network, batch", "Polygrad, s", "PyTorch, s", "PyTorch / Polygrad"], ...rows]);
}

export function trainingsOf(cases: readonly Case[]): Case[] {
  return cases.filter(({ kind }) => kind === "training");
}

export function ratio(value: Ratio | undefined): string {
  return value === undefined ? "-" : digits(value.median);
}

function withFastest(value: Ratio | undefined): string {
  return value === undefined ? "-" : `${digits(value.median)} (${digits(value.fastest)})`;
}

function spread(value: Ratio | undefined): string {
  return value === undefined ? "-" : `${digits(value.median)} [${value.quartiles.map(digits).join(", ")}]`;
}

/** Three digits are all that such ratios are good for. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? "-" : (bytes / 2 ** 20).toFixed(0);
}
