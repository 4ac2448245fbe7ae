/** What is kept of the experiment: every run, and the settings with their hash. */
import { cpus } from "node:os";
import { type JsonObject, plainObject } from "@polygrad/parallel/internal";
import { sha256 } from "../study/index.ts";
import { type Found, settings } from "./find.ts";
import { targets } from "./targets.ts";

/** A run. */
export interface FoundRun extends Pick<Found, "coefficients" | "error" | "difference" | "rounds" | "steps"> {
  readonly formula: string;
  readonly seed: number;
  /** Whether the formula was found; null if it is not a polynomial. */
  readonly found: boolean | null;
  /** How far the coefficient furthest from the truth is from it, before pruning and after; null if there is none. */
  readonly furthest: readonly [before: number, after: number] | null;
  /** What is printed: the expansion with three digits. */
  readonly written: string;
  readonly weightsSha256: string;
}

/** The content of results.json, and of docs/results/formulas.json. */
export interface Findings {
  readonly experiment: "formula";
  /** The settings of all runs, and the network and the seed of each. */
  readonly configuration: JsonObject;
  /** The SHA-256 of the configuration as JSON with sorted keys. */
  readonly configurationSha256: string;
  readonly engine: string;
  readonly cpu: string;
  readonly runs: readonly FoundRun[];
}

/** What is kept of a run. */
export function foundRunOf(formula: string, seed: number, found: Found): FoundRun {
  const { isRight, expanded, furthest, coefficients, error, difference, rounds, steps, weightsSha256 } = found;
  return {
    ...{ formula, seed, found: isRight ?? null, written: String(expanded) },
    furthest: isRight === undefined ? null : furthest,
    ...{ coefficients, error, difference, rounds, steps, weightsSha256 },
  };
}

/** The content of results.json. */
export function findingsOf(runs: readonly FoundRun[], quick: boolean): Findings {
  const configuration = plainObject("formula", "the configuration", {
    ...{ experiment: "formula", quick, settings },
    runs: runs.map(({ formula, seed }) => {
      const { degree, hidden } = targets[formula];
      return { formula, degree, hidden, seed };
    }),
  });
  return {
    experiment: "formula",
    configuration,
    configurationSha256: sha256(configuration),
    engine: `Node ${process.versions.node}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    runs,
  };
}

/** The findings as JSON, with a line for each run. */
export function findingsText({ runs, ...rest }: Findings): string {
  const lines = runs.map((run) => `  ${JSON.stringify(run)}`);
  const members = Object.entries(rest).map(([name, value]) => ` ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  return `{\n${members.join("\n")}\n "runs": [\n${lines.join(",\n")}\n ]\n}\n`;
}
