/** The contenders: which cases each takes part in, and how to start it. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { NETWORKS, SHARDS, type Training } from "./cases.ts";

export const FAMILIES = ["ours", "torch", "jax-js", "tfjs-wasm", "tfjs-cpu"] as const;
export type Family = (typeof FAMILIES)[number];

/** A program, its arguments (the job is appended to them), and the environment variables that it needs. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The contenders that others are compared with, or that are controls; the rest are peers. */
export type Role = "one" | "all" | "again" | "pair" | "peer";

export interface Contender {
  readonly name: string;
  readonly role: Role;
  readonly family: Family;
  readonly variant: string;
  readonly threads: number;
  /** How many processes take each turn at the same time; the time of an epoch is then their time over this number. */
  readonly processes: number;
}

/** The number of cores that this process may use. */
export const CORES: number = availableParallelism();

/** PyTorch runs with each of these numbers of threads, and the fastest counts. */
const COUNTS: readonly number[] = [...new Set([1, Math.min(2, CORES), CORES])];

function contender(name: string, family: Family, threads: number, rest: Partial<Contender> = {}): Contender {
  return { name, role: "peer", family, variant: "", threads, processes: 1, ...rest };
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

function ours(role: Role, workers: number): Contender {
  return contender(`ours, ${counted(workers, "worker")}`, "ours", workers, { role });
}

/** What all are compared with: Polygrad on one core, and on all cores. */
const ONE = ours("one", 1);
const ALL = ours("all", Math.min(CORES, SHARDS));

/** The control: Polygrad against itself shows what a difference means. */
const AGAIN: Contender = { ...ALL, name: `${ALL.name}, again`, role: "again" };

/** What the host allows: processes that share nothing and never wait for each other. */
const PAIR: Contender = { ...ONE, name: "ours, two processes of 1 worker", role: "pair", processes: 2 };

const JAX = contender("jax-js, Wasm", "jax-js", 1, { variant: "wasm" });
const TFJS = contender("tfjs, Wasm", "tfjs-wasm", 1, { variant: "wasm" });
const TFJS_CPU = contender("tfjs, CPU", "tfjs-cpu", 1, { variant: "cpu" });

const OURS: readonly Contender[] = CORES > 1 ? [ONE, ALL, AGAIN, PAIR] : [ALL, AGAIN];

/** PyTorch at every setting: each way of computing the network, such as powers as in the article, on one thread and more. */
function torch(model: Training["model"]): Contender[] {
  return NETWORKS[model].torch.flatMap((variant) =>
    COUNTS.map((threads) => {
      const name = ["PyTorch", variant, counted(threads, "thread")].filter(Boolean).join(", ");
      return contender(name, "torch", threads, { variant });
    }),
  );
}

/** The contenders of a training. tfjs in plain JavaScript takes a hundred times as long, so it takes part in two only. */
export function trainers({ dataset, model, batchSize }: Training): Contender[] {
  const plain = dataset === "mnist" && batchSize === 2048 ? [TFJS_CPU] : [];
  return [...OURS, ...torch(model), ...(NETWORKS[model].others ? [JAX, TFJS, ...plain] : [])];
}

/**
 * The contenders of the race, in which whole processes are timed.
 *
 * @param fastest the name of PyTorch's fastest setting, if it is known: only this one takes part
 */
export function racers(fastest: string | undefined): Contender[] {
  const settings = torch("poly");
  const known = settings.filter(({ name }) => name === fastest);
  return [ALL, AGAIN, ...(known.length > 0 ? known : settings), JAX, TFJS];
}

/** The contenders of matrix products, on one thread each. */
export const multipliers: readonly Contender[] = [
  ours("all", 1),
  contender("PyTorch, 1 thread", "torch", 1),
  JAX,
  TFJS,
];

/** Where the contenders find what they need: a folder or a program, or the reason why there is none. */
export interface Places {
  /** The folder in which Polygrad is installed as npm would install it. */
  readonly ours: string | Error;
  /** The folder in which the npm peers are installed. */
  readonly packages: string | Error;
  /** A Python that has PyTorch. */
  readonly python: string | Error;
}

/** The command that starts a contender. @throws Error that says what the contender lacks */
export function commandOf({ family, threads }: Contender, places: Places): Command {
  const node = (file: string): Command => ({ program: process.execPath, args: [file], env: {} });
  switch (family) {
    case "ours":
      return node(`${present(places.ours)}/ours.js`);
    case "torch": {
      const limit = String(threads);
      const env = { OMP_NUM_THREADS: limit, OPENBLAS_NUM_THREADS: limit, MKL_NUM_THREADS: limit };
      const script = fileURLToPath(new URL("pytorch.py", import.meta.url));
      return { program: present(places.python), args: [script], env };
    }
    case "tfjs-wasm":
    case "tfjs-cpu":
      return node(`${present(places.packages)}/tfjs.bundle.mjs`);
    case "jax-js":
      return node(`${present(places.packages)}/jax.mjs`);
  }
}

function present(place: string | Error): string {
  if (place instanceof Error) throw place;
  return place;
}
