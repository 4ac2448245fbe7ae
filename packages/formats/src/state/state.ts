/** Models, optimisers, loaders, random streams and numbers in one file, and back from it. Read state-values.ts first. */
import { ArgumentError, Random } from "@polygrad/tensor";
import { type Checks, checkOptions, described, instance, text } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { brief, parseStrictly } from "../json.ts";
import { checkName, emptyRecord, isPlain } from "../names.ts";
import { encodeSafetensors } from "../safetensors/encode.ts";
import { parseSafetensors } from "../safetensors/parse.ts";
import { DEEPEST, join, StateTensors, split } from "./values.ts";

/** What has a state: models, optimisers, loaders. */
export interface Stateful {
  /** Copies of all that changes: a plain object of tensors, arrays, numbers and texts. */
  stateDict(): object;
  /** Takes over what `stateDict` returned. */
  loadStateDict(state: object): void;
}

/** A part of a saved state. */
export type StatePart = Stateful | Random | number | string | boolean;

/** The parts of a saved state, by name. */
export type StateParts = Readonly<Record<string, StatePart>>;

/** The name of the text that says which version of this layout a file has. */
const LAYOUT = "polygrad.state";
const VERSION = "1";

/**
 * Encodes a state as a safetensors file: `encodeState({ model, optimiser, epoch: 3 })`.
 *
 * Each tensor is an entry, such as "model.0.weight", that other programs can read, too. What else there is in a part is
 * JSON in the metadata.
 * @throws ArgumentError if a part is of the wrong kind; FormatError if its state holds what a file cannot
 */
export function encodeState(parts: StateParts): Uint8Array<ArrayBuffer> {
  checkParts("encodeState", parts);
  const [into, metadata] = [new StateTensors(), emptyRecord<string>()];
  metadata[LAYOUT] = VERSION;
  for (const [name, part] of Object.entries(parts)) metadata[name] = JSON.stringify(split(name, stateOf(part), into));
  return encodeSafetensors(into.tensors, { metadata, dtype: into.dtypes });
}

/**
 * Loads a state that `encodeState` made: `const { epoch } = loadState(bytes, { model, optimiser, epoch: 0 })`.
 *
 * Models, optimisers, loaders and random streams take over their states. Numbers, texts and flags stand for what the file
 * has in their place, and are returned. The file may have more parts. If one part refuses its state, all have their old
 * states again.
 * @param options `file` is the file's name in error messages
 * @returns the parts, with the file's numbers, texts and flags
 * @throws FormatError if the bytes are no such file, a part is missing or of another kind, or it refuses its state, for
 * which `cause` gives the reason; ArgumentError if an argument is of the wrong kind
 */
export function loadState<Parts extends StateParts>(
  bytes: Uint8Array,
  parts: Parts,
  options: { readonly file?: string | undefined } = {},
): Parts {
  instance(Uint8Array, "the bytes of a file in a Uint8Array")("loadState", "bytes", bytes);
  checkParts("loadState", parts);
  checkOptions("loadState", options, optionChecks);
  const { file = "saved state" } = options;
  const refuse = (what: string) => new FormatError(`loadState: ${file}: ${what}`);
  const states = statesIn(bytes, file, Object.keys(parts), refuse);
  const loaded = { ...parts, ...plainOf(parts, states, refuse) };
  const undo: [part: StatePart, state: unknown][] = [];
  for (const [name, part] of Object.entries(parts))
    try {
      if (typeof part === "object") undo.push([part, stateOf(part)]);
      load(part, states[name]);
    } catch (cause) {
      for (const [part, state] of undo) load(part, state);
      throw new FormatError(
        `loadState: ${file}: ${brief(name)}: ${cause instanceof Error ? cause.message : cause}; nothing was changed`,
        { cause },
      );
    }
  return loaded;
}

const optionChecks: Checks<{ readonly file?: string | undefined }> = { file: text };

/** The states of the parts of those names in a file. */
function statesIn(
  bytes: Uint8Array,
  file: string,
  names: readonly string[],
  refuse: (what: string) => FormatError,
): Readonly<Record<string, unknown>> {
  const { tensors, metadata } = parseSafetensors(bytes, { file });
  const version = metadata[LAYOUT];
  if (version === undefined)
    throw refuse("it is not a saved state, but other tensors; read them with parseSafetensors");
  if (version !== VERSION)
    throw refuse(`the state has version ${brief(version)}, but this library reads ${VERSION}; update it`);
  const states = emptyRecord<unknown>();
  for (const name of names) {
    const json = metadata[name];
    const others = Object.keys(metadata).filter((key) => key !== LAYOUT);
    if (json === undefined) throw refuse(`there is no part ${brief(name)}; it has ${brief(others)}`);
    const refusePart = (what: string) => refuse(`part ${brief(name)}: ${what}`);
    states[name] = join(name, parseStrictly(json, DEEPEST, refusePart), tensors, refusePart);
  }
  return states;
}

/** The file's numbers, texts and flags. Checks that every state is of the kind of its part. */
function plainOf(parts: StateParts, states: Readonly<Record<string, unknown>>, refuse: (what: string) => FormatError) {
  const plain = emptyRecord<unknown>();
  for (const [name, part] of Object.entries(parts)) {
    const state = states[name];
    const fits =
      part instanceof Random
        ? state instanceof Uint32Array
        : typeof part === "object"
          ? isPlain(state)
          : typeof state === typeof part;
    if (!fits) throw refuse(`part ${brief(name)} is ${described(state)}, but ${described(part)} was to be loaded`);
    if (typeof part !== "object") plain[name] = state;
  }
  return plain;
}

function stateOf(part: StatePart): unknown {
  if (typeof part !== "object") return part;
  return part instanceof Random ? part.state : part.stateDict();
}

function load(part: StatePart, state: unknown): void {
  if (typeof part !== "object") return;
  if (part instanceof Random && state instanceof Uint32Array) part.state = state;
  else if (!(part instanceof Random) && isPlain(state)) part.loadStateDict(state);
}

function checkParts(operation: string, parts: StateParts): void {
  if (!isPlain(parts))
    throw new ArgumentError(
      `${operation}: the parts must be an object such as { model, optimiser, epoch: 3 }, got ${described(parts)}`,
    );
  for (const [name, part] of Object.entries(parts)) {
    checkName(operation, name);
    if (name === LAYOUT) throw new FormatError(`${operation}: the name "${LAYOUT}" is reserved; choose another`);
    if (!isPart(part))
      throw new ArgumentError(
        `${operation}: part ${brief(name)} must have the methods stateDict and loadStateDict, or be a Random, a number, ` +
          `text, true or false; got ${described(part)}`,
      );
  }
}

function isPart(part: unknown): part is StatePart {
  if (typeof part !== "object" || part === null) return ["number", "string", "boolean"].includes(typeof part);
  if (part instanceof Random) return true;
  const { stateDict, loadStateDict } = Object(part);
  return typeof stateDict === "function" && typeof loadStateDict === "function";
}
