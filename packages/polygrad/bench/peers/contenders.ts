/** Who takes part, in which cases, and how each is started. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { CaseName } from "./cases.ts";

export const FAMILIES = ["ours", "torch", "tfjs-wasm", "tfjs-cpu", "jax-js"] as const;
export type Family = (typeof FAMILIES)[number];

/** A program and its arguments, to which the job is added, and variables of the environment that it needs. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Contender {
  readonly name: string;
  readonly family: Family;
  readonly variant: string;
  readonly threads: number;
  /** Epochs would take minutes: it trains a few batches, and the time of an epoch is worked out from these. */
  readonly slow?: boolean;
}

/** All cores that this process may use. */
export const CORES: number = availableParallelism();

/** The contender that all are compared with, and the one on all cores. */
export const OURS = "ours, 1 worker";
export const OURS_ALL: string = CORES > 1 ? `ours, ${CORES} workers` : OURS;

/** The contenders of a case. On one core, those on all cores would be the same as those on one. */
export function contendersOf(name: CaseName, families: readonly Family[]): Contender[] {
  const ours = (threads: number): Contender => ({
    name: threads === 1 ? OURS : OURS_ALL,
    family: "ours",
    variant: "",
    threads,
  });
  const torch = (variant: string, threads: number): Contender => ({
    name: `PyTorch${variant && `, ${variant}`}, ${threads} thread${threads > 1 ? "s" : ""}`,
    family: "torch",
    variant,
    threads,
  });
  const wasm: Contender = { name: "tfjs, Wasm", family: "tfjs-wasm", variant: "wasm", threads: 1 };
  const cpu: Contender = { name: "tfjs, CPU", family: "tfjs-cpu", variant: "cpu", threads: 1, slow: true };
  const jax: Contender = { name: "jax-js, Wasm", family: "jax-js", variant: "wasm", threads: 1 };
  const counts = CORES > 1 ? [1, CORES] : [1];
  const variants = name.startsWith("poly") ? ["article", "products"] : [""];
  const all =
    name === "gemm"
      ? [ours(1), torch("", 1), wasm, jax]
      : [
          ...counts.map(ours),
          ...variants.flatMap((variant) => counts.map((threads) => torch(variant, threads))),
          ...[jax, wasm, cpu],
        ];
  return all.filter(({ family }) => families.includes(family));
}

/** Where things are that contenders need. */
export interface Places {
  /** The folder into which the peers from npm are installed, or why it has none. */
  readonly packages: string | Error;
  /** A Python that has PyTorch, or why there is none. */
  readonly python: string | Error;
}

/** @throws Error saying what the contender lacks */
export function commandOf({ family, threads }: Contender, { packages, python }: Places): Command {
  const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const installed = (file: string) => {
    if (packages instanceof Error) throw packages;
    return `${packages}/${file}`;
  };
  const node = (...args: string[]): Command => ({ program: process.execPath, args, env: {} });
  switch (family) {
    case "ours":
      return node("--import", import.meta.resolve("tsx"), here("ours.ts"));
    case "torch": {
      if (python instanceof Error) throw python;
      const limit = String(threads);
      const env = { OMP_NUM_THREADS: limit, OPENBLAS_NUM_THREADS: limit, MKL_NUM_THREADS: limit };
      return { program: python, args: [here("pytorch.py")], env };
    }
    case "tfjs-wasm":
    case "tfjs-cpu":
      // tsx loads the gradients, which are published as ES modules in the form that only bundlers take.
      return node("--import", import.meta.resolve("tsx"), installed("tfjs.mjs"));
    case "jax-js":
      return node(installed("jax.mjs"));
  }
}
