/** The options of `pnpm bench:peers`. */
import { parseArgs } from "node:util";
import { CASES, QUICK_CASES } from "./cases.ts";
import { FAMILIES, type Family } from "./contenders.ts";
import { LEAST_ROUNDS } from "./pages.ts";

export interface Options {
  readonly rounds: number;
  readonly turnSeconds: number;
  readonly only: readonly string[];
  readonly peers: readonly Family[];
  readonly out: string;
  /** A report of an earlier run, which is shown instead of measuring. */
  readonly from: string | undefined;
  readonly write: boolean;
}

/** The text of --help. */
export const help = `pnpm bench:peers [options]: runs the same training in Polygrad and its peers, by turns.

  --rounds N      measured turns of each contender, after a warm-up epoch (15; 2 with --quick)
  --turn S        seconds that a turn of a peer should take (0.6; 0.2 with --quick)
  --only A,B      cases, from ${CASES.join(", ")} (all)
  --peers A,B     contenders, from ${FAMILIES.join(", ")} (all)
  --quick         a few cases and rounds, to see that everything works
  --out FILE      where to write the report, as JSON (out/bench-peers.json)
  --from FILE     show this report instead of measuring
  --write         also write docs/benchmarks.json, and from it the tables and pictures in README.md and docs;
                  takes all cases and at least ${LEAST_ROUNDS} rounds
  --help          print this`;

/** The options, or undefined for --help. @throws RangeError or TypeError that says which option is wrong */
export function parseOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ rounds: text, turn: text, only: text, peers: text, out: text, from: text },
      ...{ quick: flag, write: flag, help: flag },
    },
  });
  if (values.help) return undefined;
  const { quick, write, from } = values;
  const rounds = Number(values.rounds ?? (quick ? 2 : 15));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
    throw new RangeError(`--rounds must be an integer from 1 to 1000, not "${values.rounds}"`);
  const turnSeconds = Number(values.turn ?? (quick ? 0.2 : 0.6));
  if (!(turnSeconds > 0 && turnSeconds <= 60))
    throw new RangeError(`--turn must be a number above 0 and at most 60, not "${values.turn}"`);
  if (write && from === undefined && (rounds < LEAST_ROUNDS || quick || values.only !== undefined))
    throw new RangeError(`--write publishes, so it takes all cases and at least ${LEAST_ROUNDS} rounds`);
  return {
    rounds,
    turnSeconds,
    only: values.only === undefined ? (quick ? QUICK_CASES : CASES) : chosen("only", values.only, CASES),
    peers: values.peers === undefined ? FAMILIES : chosen("peers", values.peers, FAMILIES),
    out: values.out ?? "out/bench-peers.json",
    from,
    write,
  };
}

function chosen<T extends string>(option: string, value: string, allowed: readonly T[]): T[] {
  const names = value.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !allowed.some((candidate) => candidate === name));
  if (wrong !== undefined) throw new RangeError(`--${option} takes ${allowed.join(", ")}, not "${wrong}"`);
  return allowed.filter((candidate) => names.includes(candidate));
}
