/** The options of `pnpm bench:peers`. */
import { parseArgs } from "node:util";
import { CASES, type CaseName } from "./cases.ts";
import { FAMILIES, type Family } from "./contenders.ts";

export interface Options {
  readonly rounds: number;
  readonly only: readonly CaseName[];
  readonly peers: readonly Family[];
  readonly out: string;
}

/** The text of --help. */
export const help = `pnpm bench:peers [options]: runs the same training in Polygrad and its peers, in turn.

  --rounds N      measured epochs of each contender, after a warm-up epoch (5)
  --only A,B      cases, from ${CASES.join(", ")} (all)
  --peers A,B     contenders, from ${FAMILIES.join(", ")} (all)
  --out FILE      where to write the figures, as JSON (out/bench-peers.json)
  --help          print this`;

/** The options, or undefined for --help. @throws RangeError or TypeError that says which option is wrong */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      only: { type: "string", default: CASES.join() },
      peers: { type: "string", default: FAMILIES.join() },
      out: { type: "string", default: "out/bench-peers.json" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
    throw new RangeError(`--rounds must be an integer from 1 to 1000, not "${values.rounds}"`);
  return {
    rounds,
    only: chosen("only", values.only, CASES),
    peers: chosen("peers", values.peers, FAMILIES),
    out: values.out,
  };
}

function chosen<T extends string>(option: string, value: string, allowed: readonly T[]): T[] {
  const names = value.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !allowed.some((candidate) => candidate === name));
  if (wrong !== undefined) throw new RangeError(`--${option} takes ${allowed.join(", ")}, not "${wrong}"`);
  return allowed.filter((candidate) => names.includes(candidate));
}
