/** The identity of a run: what a checkpoint and the run that continues from it must have in common. */
import { CheckpointError } from "./errors.ts";
import { canonical } from "./json.ts";

/** What the weights of a run depend on, as texts by name: its options, settings, data and parameters. */
export type Identity = Readonly<Record<string, string>>;

/**
 * The identity of a run.
 * @param options the options of the recipe; each becomes an entry of its own, so that an error can name it
 * @param facts everything else
 * @throws ArgumentError or ValueError if an option is not a plain value: see json.ts
 */
export function identityOf(options: unknown, facts: Readonly<Record<string, unknown>>): Identity {
  const isRecord = typeof options === "object" && options !== null && !Array.isArray(options);
  const named = isRecord
    ? Object.entries(options).map(([name, value]): [string, unknown] => [`options.${name}`, value])
    : [["options", options] as const];
  const all = [...named, ...Object.entries(facts)].filter(([, value]) => value !== undefined);
  return Object.fromEntries(all.map(([name, value]) => [name, canonical("DataParallel", name, value)]));
}

/** How many differences an error names. */
const NAMED = 3;

/** Checks that a checkpoint is of this run. @throws CheckpointError that names what differs */
export function checkIdentity(path: string, theirs: Identity, own: Identity): void {
  const names = [...new Set([...Object.keys(own), ...Object.keys(theirs)])];
  const different = names.filter((name) => theirs[name] !== own[name]);
  if (different.length === 0) return;
  const value = (identity: Identity, name: string) => shortened(identity[name] ?? "not given");
  const each = different.map(
    (name) => `${name} is ${value(theirs, name)} in the checkpoint, but ${value(own, name)} here`,
  );
  const more = different.length > NAMED ? `, and ${different.length - NAMED} more` : "";
  throw new CheckpointError(
    `DataParallel: ${path} is a checkpoint of another run: ${each.slice(0, NAMED).join("; ")}${more}; ` +
      "continue it with its own options, or give this run a directory of its own",
  );
}

function shortened(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
