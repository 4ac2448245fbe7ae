/** The command-line options of `pnpm example mnist`: their defaults, the help text and the checks. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { usualOfBest } from "./best.ts";
import { checkMemory } from "./memory.ts";

/** What the recipe needs to know. A checkpoint continues only with the same. */
export interface Experiment {
  readonly dataset: "mnist" | "fashion";
  readonly model: "polynomial" | "linear";
  readonly degree: number;
  readonly hidden: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly shards: number;
  /** The directory of the four IDX files; "" for those that come with the example. */
  readonly data: string;
}

/** The options of a run. They default to the settings of the article. */
export interface Options extends Experiment {
  /** Whether the network and its training are the article's, or the best that was found: see best.ts. */
  readonly recipe: "article" | "best";
  readonly epochs: number;
  readonly seed: number;
  readonly runs: number;
  readonly workers: number;
  readonly out: string | undefined;
  /** The directory of checkpoints. */
  readonly save: string | undefined;
  /** Whether to continue from the newest checkpoint in that directory. */
  readonly resume: boolean;
  /** The directory of an event file for TensorBoard. */
  readonly tensorboard: string | undefined;
  readonly quiet: boolean;
}

/** The part of the options that the recipe needs. */
export function experimentOf(options: Options): Experiment {
  const { dataset, model, degree, hidden, batch, learningRate, shards, data } = options;
  return { dataset, model, degree, hidden, batch, learningRate, shards, data };
}

/** The text of --help. */
export const help = `Usage: pnpm example mnist [options]

Trains a small network on images of digits or clothes. The defaults are in parentheses.

  --dataset mnist|fashion        the images: MNIST or FashionMNIST              (mnist)
  --recipe article|best          the article's training, or the best network of
                                 its size that was found: see below             (article)
  --model polynomial|linear      polynomial layers, or linear layers with ReLU  (polynomial)
  --degree N                     degree of the polynomials, up to 10,000        (3)
  --hidden N                     units in the hidden layer, up to 100,000       (20)
  --epochs N                     passes over the training images                (50)
  --batch N                      images per step                                (2048)
  --lr X                         learning rate of Adam                          (0.1)
  --seed N                       seed of the initial weights and the shuffling  (0)
  --runs N                       number of runs; each adds 1 to the seed        (1)
  --workers N                    worker threads; does not change the results    (all cores)
  --shards N                     parts of a batch that workers compute          (4)
  --data DIR                     read the four IDX files from this directory
  --out DIR                      write metrics.jsonl, summary.json and report.html there
  --save DIR                     write checkpoints to this directory
  --resume DIR                   continue from the newest checkpoint in this directory
  --tensorboard DIR              write an event file for TensorBoard to this directory
  --quiet                        print the results only
  --help                         print this help

--recipe best trains a network of at most as many parameters as the article's that is right more often: LayerNorm, tanh and
Chebyshev polynomials after a linear layer (docs/results/frontier.md). It decides about --model, --degree, --hidden and --lr,
and its defaults are 18 epochs and 128 images per step.

There are at most as many workers as shards, and as four for each core. Options that would take more than 2 GiB are
refused. Ctrl-C, SIGTERM and SIGHUP end the training after the files have been written; with --save or --resume, that is
a checkpoint too, from which --resume continues to the same weights, also with other --workers. If the reader of the output
ends, training goes on to its end if there is --out, and stops otherwise.
Exit codes: 0 done, 2 error, 129, 130 or 143 stopped by SIGHUP, SIGINT or SIGTERM, 141 the reader of the output ended.

The default settings are those of M. Loretz, "Polynomials as weights and activations for MLP's" (2024).`;

/** The sizes of the published datasets, which the options are checked against before anything is loaded. */
const MNIST_SIZES = { images: 60_000, inputs: 784, classes: 10 };

/** The article's settings. */
const USUAL = { degree: 3, hidden: 20, epochs: 50, batch: 2048, learningRate: 0.1 } as const;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

/**
 * Parses the command line.
 *
 * @returns the options, or undefined for `--help`
 * @throws Error if an option is unknown or its value is invalid; the message names the option and the values it accepts
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{
        dataset: text,
        recipe: text,
        model: text,
        degree: text,
        hidden: text,
        epochs: text,
        batch: text,
        lr: text,
        seed: text,
      },
      ...{
        runs: text,
        workers: text,
        shards: text,
        data: text,
        out: text,
        save: text,
        resume: text,
        tensorboard: text,
        quiet: flag,
        help: flag,
      },
    },
  });
  if (values.help) return undefined;
  const shards = integer("shards", values.shards ?? "4", 1, 10_000);
  const runs = integer("runs", values.runs ?? "1", 1, 10_000);
  const recipe = choice("recipe", values.recipe ?? "article", ["article", "best"]);
  for (const option of ["model", "degree", "hidden", "lr"] as const)
    if (recipe === "best" && values[option] !== undefined)
      throw new RangeError(`--recipe best decides about --${option}; leave one of them out`);
  const dataset = choice("dataset", values.dataset ?? "mnist", ["mnist", "fashion"]);
  const usual = recipe === "best" ? usualOfBest(dataset) : USUAL;
  const options: Options = {
    ...{ recipe, dataset },
    model: choice("model", values.model ?? "polynomial", ["polynomial", "linear"]),
    degree: integer("degree", values.degree ?? String(usual.degree), 1, 10_000),
    hidden: integer("hidden", values.hidden ?? String(usual.hidden), 1, 100_000),
    epochs: integer("epochs", values.epochs ?? String(usual.epochs), 1, 1_000_000),
    batch: integer("batch", values.batch ?? String(usual.batch), 1, 1_000_000),
    learningRate: positive("lr", values.lr ?? String(usual.learningRate)),
    seed: integer("seed", values.seed ?? "0", 0, Number.MAX_SAFE_INTEGER - runs + 1),
    runs,
    workers: integer("workers", values.workers ?? String(Math.min(availableParallelism(), shards)), 1, 1_000_000),
    shards,
    data: values.data ?? "",
    out: values.out,
    save: values.save ?? values.resume,
    resume: values.resume !== undefined,
    tensorboard: values.tensorboard,
    quiet: values.quiet ?? false,
  };
  if (values.save !== undefined && values.resume !== undefined && values.save !== values.resume)
    throw new RangeError("--save and --resume must name one directory; --resume alone saves there too");
  // Images of one's own may be smaller. The recipe checks again when it has loaded them.
  if (options.data === "") checkMemory(options, MNIST_SIZES);
  return options;
}

function choice<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new RangeError(`--${option} must be ${allowed.join(" or ")}, got "${value}"`);
  return found;
}

export function integer(option: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isSafeInteger(number) || number < least || number > most)
    throw new RangeError(`--${option} must be an integer from ${least} to ${most}, got "${value}"`);
  return number;
}

/** A positive number that is not infinite as a float32. */
function positive(option: string, value: string): number {
  const number = Number(value);
  if (!(number > 0 && Number.isFinite(Math.fround(number))))
    throw new RangeError(`--${option} must be a number greater than 0 and at most 3.4e38, got "${value}"`);
  return number;
}
