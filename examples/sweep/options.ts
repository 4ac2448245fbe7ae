/** The command-line options of `pnpm example sweep`: their defaults, the help text and the checks. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { integer } from "../mnist/options.ts";

/** The options of the study. */
export interface Options {
  readonly out: string;
  readonly epochs: number;
  readonly images: number;
  readonly quick: boolean;
  readonly processes: number;
  readonly data: string;
  /** The Redis server over which workers do the runs; undefined for this machine alone. */
  readonly redis: string | undefined;
  readonly queue: string | undefined;
  /** Whether this process is such a worker. */
  readonly worker: boolean;
  /** The share of the runs that a second worker does again. */
  readonly verify: number;
  readonly shipWeights: boolean;
}

/** The text of --help. */
export const help = `Usage: pnpm example sweep [options]
       pnpm example sweep --redis URL [options]
       pnpm example sweep worker --redis URL [--queue NAME] [--out DIR] [--processes N]

Compares polynomial networks on MNIST: three degrees, two sizes of the hidden layer, three seeds of each. A run that is in
the directory of results already is not done again, and a study that was stopped goes on where it was. The defaults are in
parentheses.

  --out DIR        the directory of the results                               (runs/degrees)
  --epochs N       passes over the training images                            (4)
  --images N       training images, of the 60,000 that there are              (12000)
  --quick          two degrees, one size, two seeds, and an epoch of 2000 images
  --processes N    runs at a time                                             (all cores)
  --data DIR       read the four IDX files from this directory
  --redis URL      let workers do the runs, on any machines: redis://:password@host:6379, or rediss:// for TLS
  --queue NAME     the queue of the workers                                   (sweep)
  --verify SHARE   have a second worker do this share of the runs again       (0)
  --ship-weights   keep weights.safetensors of each run
  --help           print this help

A worker takes runs from the queue until Ctrl-C or SIGTERM, and gives those back that it has begun. Its DIR is for
checkpoints, and its own (runs/worker). Without --redis, SWEEP_REDIS gives the URL: other users of a machine can read a
command line.

It writes report.csv and index.jsonl to DIR, and a directory for each run. Ctrl-C, SIGTERM and SIGHUP end it: the runs that
have begun save a checkpoint.
Exit codes: 0 all runs done, 1 some have failed, 2 error, 129, 130 or 143 stopped by SIGHUP, SIGINT or SIGTERM.`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

const known = {
  ...{ out: text, epochs: text, images: text, quick: flag, processes: text, data: text, help: flag },
  ...{ redis: text, queue: text, verify: text, "ship-weights": flag },
} as const;

function share(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number >= 0 && number <= 1))
    throw new Error(`--verify must be a share from 0 to 1, got ${JSON.stringify(value)}`);
  return number;
}

/**
 * Parses the command line.
 *
 * @returns the options, or undefined for `--help`
 * @throws Error if an option is unknown or its value is invalid; the message names the option and the values it accepts
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({ args: [...args], options: known, allowPositionals: true });
  if (values.help) return undefined;
  const quick = values.quick ?? false;
  const worker = positionals[0] === "worker";
  if (positionals.length > (worker ? 1 : 0)) throw new Error(`there is no "${positionals.at(-1)}"; see --help`);
  const redis = values.redis ?? process.env.SWEEP_REDIS;
  if (worker && redis === undefined) throw new Error("a worker needs --redis URL, or the URL in SWEEP_REDIS");
  return {
    out: values.out ?? (worker ? "runs/worker" : "runs/degrees"),
    epochs: integer("epochs", values.epochs ?? (quick ? "1" : "4"), 1, 1_000_000),
    images: integer("images", values.images ?? (quick ? "2000" : "12000"), 1, 60_000),
    quick,
    processes: integer("processes", values.processes ?? String(availableParallelism()), 1, 1024),
    data: values.data ?? "",
    redis,
    queue: values.queue,
    worker,
    verify: share(values.verify ?? "0"),
    shipWeights: values["ship-weights"] ?? false,
  };
}
