/** The contenders: which cases each takes part in, and how to start it. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { CaseName } from "./cases.ts";

export const FAMILIES = ["ours", "torch", "tfjs-wasm", "tfjs-cpu", "jax-js"] as const;
export type Family = (typeof FAMILIES)[number];

/** A program, its arguments (the job is appended to them), and the environment variables that it needs. */
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
  /** An epoch would take minutes: it trains a few batches, and the time of an epoch is extrapolated from them. */
  readonly slow?: boolean;
}

/** The number of cores that this process may use. */
export const CORES: number = availableParallelism();

/** The two contenders that all are compared with: Polygrad on one core, and on all cores. */
export const OURS = "ours, 1 worker";
export const OURS_ALL: string = CORES > 1 ? `ours, ${CORES} workers` : OURS;

/** The contenders of a case. On a machine with one core, the variants on all cores are left out. */
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

/** Where the contenders find what they need. */
export interface Places {
  /** The folder that the npm peers are installed in, or the reason why there is none. */
  readonly packages: string | Error;
  /** A Python that has PyTorch, or the reason why there is none. */
  readonly python: string | Error;
}

/** The command that starts a contender. @throws Error that says what the contender lacks */
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
      // The gradients are published as ES modules in a form meant for bundlers; tsx can load them.
      return node("--import", import.meta.resolve("tsx"), installed("tfjs.mjs"));
    case "jax-js":
      return node(installed("jax.mjs"));
  }
}
