/** All measurements: which networks they are made of, and the files that keep them. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type JsonObject, plainObject } from "@polygrad/parallel/internal";
import { fingerprint } from "@polygrad/sweep/internal";
import { readResults, type Study, sha256, writeText } from "../study/index.ts";
import { type Digits, digits } from "./digits.ts";
import { type Initial, measureInitial, momentsOf } from "./measure.ts";
import type { Cell } from "./network.ts";
import { measurePath, type Point } from "./path.ts";
import { measureSignal } from "./signal.ts";
import { article, type Variant, variants } from "./variants.ts";

/** A network that was measured. */
interface Measured extends Cell {
  readonly variant: string;
}

export interface Measurements {
  readonly initial: readonly (Measured & Initial)[];
  readonly paths: readonly (Measured & { readonly points: readonly Point[] })[];
  /** How much of the signal depends on the image, after the numbers of steps of the paths: see `measureSignal`. */
  readonly signals: readonly (Measured & { readonly shares: readonly (number | null)[] })[];
  /** The means of z^2, z^4, ... after the first LayerNorm, for each hidden size. */
  readonly moments: readonly { readonly hidden: number; readonly means: readonly number[] }[];
}

/** What is measured. */
export interface MeasuredGrid {
  readonly variants: readonly string[];
  readonly degrees: readonly number[];
  readonly depths: readonly number[];
  /** The degrees and depths whose training is followed. */
  readonly followed: { readonly degrees: readonly number[]; readonly depths: readonly number[] };
  /** The steps after which a training is measured. */
  readonly steps: readonly number[];
  /** The hidden sizes whose moments are measured. */
  readonly hidden: readonly number[];
}

/** The hidden size of the networks whose Hessian is measured. */
export const HIDDEN = 20;

/** The recipes that are measured: those that change the loss as a function of the weights, or where it begins. */
const NAMES = ["article", "variance", "bias", "tanh", "chebyshev", "hermite", "recommended"];

export const measuredGrids = {
  quick: {
    ...{ variants: ["article", "recommended"], degrees: [2, 6], depths: [2], hidden: [20] },
    ...{ followed: { degrees: [6], depths: [2] }, steps: [0, 1, 5] },
  },
  standard: {
    ...{ variants: NAMES, degrees: [2, 3, 6, 12, 20], depths: [2, 4, 6], hidden: [20, 64, 512] },
    ...{ followed: { degrees: [3, 12], depths: [2, 4] }, steps: [0, 1, 2, 5, 10, 20, 40] },
  },
} as const satisfies Readonly<Record<string, MeasuredGrid>>;

/** How many moments: those that the squares of powers up to 20 have. */
const MOMENTS = 20;

/** Measures, or reads what has been measured already with the same code. */
export async function measured(study: Study, grid: MeasuredGrid, data: string): Promise<Measurements> {
  // path.ts imports measure.ts.
  const code = await fingerprint(sourceOf("path.ts"));
  const images = await digits(10_000, data);
  const keep = <Value>(what: JsonObject, measure: () => Value) => kept(study, { code, data, ...what }, measure);
  const initial: (Measured & Initial)[] = [];
  const paths: (Measured & { points: readonly Point[] })[] = [];
  const signals: (Measured & { shares: readonly (number | null)[] })[] = [];
  for (const { name, recipe } of grid.variants.map(variantOf))
    for (const depth of grid.depths)
      for (const degree of grid.degrees) {
        const cell = { degree, hidden: HIDDEN, depth };
        const what = plainObject("stability", "what is measured", { recipe, ...cell });
        const choice = { ...recipe, ...cell };
        initial.push({ variant: name, ...cell, ...(await keep(what, () => measureInitial(images, choice, 0))) });
        if (!grid.followed.degrees.includes(degree) || !grid.followed.depths.includes(depth)) continue;
        const follow = { ...what, steps: [...grid.steps] };
        const points = await keep(follow, () => measurePath(images, choice, 0, grid.steps));
        paths.push({ variant: name, ...cell, points });
        const signal = { ...follow, signal: await fingerprint(sourceOf("signal.ts")) };
        const shares = await keep(signal, () => measureSignal(images, choice, 0, grid.steps));
        signals.push({ variant: name, ...cell, shares });
      }
  return {
    initial,
    paths,
    signals,
    moments: grid.hidden.map((hidden) => ({ hidden, means: meansAt(images, hidden) })),
  };
}

/** The URL of a source of this experiment: examples run from a bundle. */
function sourceOf(file: string): string {
  return pathToFileURL(join(dirname(process.argv[1]), "stability", file)).href;
}

function meansAt(images: Digits, hidden: number): number[] {
  return momentsOf(images, { ...article.recipe, degree: 3, hidden, depth: 2 }, 0, MOMENTS);
}

function variantOf(name: string): Variant {
  const found = variants.find((variant) => variant.name === name);
  if (found === undefined) throw new RangeError(`stability: there is no recipe "${name}"`);
  return found;
}

/** A measurement from its file, or made and written there. */
async function kept<Value>({ options, signal }: Study, what: JsonObject, measure: () => Value): Promise<Value> {
  signal.throwIfAborted();
  const path = join(options.out, "measurements", `${sha256(what).slice(0, 16)}.json`);
  if (existsSync(path)) return readResults<Value>(path);
  const value = measure();
  await writeText(path, `${JSON.stringify(value)}\n`);
  // Gives signals a turn.
  await new Promise((resolve) => setImmediate(resolve));
  return value;
}
