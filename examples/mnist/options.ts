/** What `pnpm example mnist` may be told, and the checks on it. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

/** The article's recipe, unless told otherwise. */
export interface Options {
  readonly dataset: "mnist" | "fashion";
  readonly model: "polynomial" | "linear";
  readonly degree: number;
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly runs: number;
  readonly workers: number;
  readonly shards: number;
  readonly data: string | undefined;
  readonly out: string | undefined;
  readonly quiet: boolean;
}

/** The text of --help. */
export const help = `pnpm example mnist [options]: trains a small network on images of digits or clothes.

  --dataset mnist|fashion        which images                                  (mnist)
  --model polynomial|linear      polynomial layers, or linear ones with ReLU   (polynomial)
  --degree N                     degree of the polynomials, 1 or more          (3)
  --hidden N                     units in the hidden layer                     (20)
  --epochs N                     passes over the training images               (50)
  --batch N                      images per step                               (2048)
  --lr X                         learning rate of Adam                         (0.1)
  --seed N                       seed of the weights and of the shuffling      (0)
  --runs N                       train with seeds s, s + 1, ..., s + N - 1     (1)
  --workers N                    threads; the results do not depend on it      (all cores)
  --shards N                     parts of a batch computed on their own        (4)
  --data DIR                     take the four IDX files from here
  --out DIR                      write metrics.jsonl and summary.json here
  --quiet                        print the result only
  --help                         print this

The defaults are those of Martin Loretz, "Polynomials as weights and activations for MLP's" (2024).`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

/** The options, or undefined if help is asked for. @throws Error saying which option is wrong and what it takes. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ dataset: text, model: text, degree: text, hidden: text, epochs: text, batch: text, lr: text, seed: text },
      ...{ runs: text, workers: text, shards: text, data: text, out: text, quiet: flag, help: flag },
    },
  });
  if (values.help) return undefined;
  return {
    dataset: choice("dataset", values.dataset ?? "mnist", ["mnist", "fashion"]),
    model: choice("model", values.model ?? "polynomial", ["polynomial", "linear"]),
    degree: integer("degree", values.degree ?? "3", 1),
    hidden: integer("hidden", values.hidden ?? "20", 1),
    epochs: integer("epochs", values.epochs ?? "50", 1),
    batch: integer("batch", values.batch ?? "2048", 1),
    learningRate: positive("lr", values.lr ?? "0.1"),
    seed: integer("seed", values.seed ?? "0", 0),
    runs: integer("runs", values.runs ?? "1", 1),
    workers: integer("workers", values.workers ?? String(availableParallelism()), 1),
    shards: integer("shards", values.shards ?? "4", 1),
    data: values.data,
    out: values.out,
    quiet: values.quiet ?? false,
  };
}

function choice<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new RangeError(`--${option} is ${allowed.join(" or ")}, not "${value}"`);
  return found;
}

function integer(option: string, value: string, least: number): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isSafeInteger(number) || number < least)
    throw new RangeError(`--${option} is an integer from ${least} up, not "${value}"`);
  return number;
}

function positive(option: string, value: string): number {
  const number = Number(value);
  if (!(number > 0 && Number.isFinite(number))) throw new RangeError(`--${option} is a number above 0, not "${value}"`);
  return number;
}
