/** Loading what PyTorch trained into our models. Read read.ts, match.ts and layouts.ts first. */
import { loadStateDict, namedModules, stateDict } from "@polygrad/nn";
import { ArgumentError, assign, Tensor, ValueError, zeros } from "@polygrad/tensor";
import { type Checks, checkOptions, described, flag, instance, sameShape, text } from "@polygrad/tensor/internal";
import { emptyRecord, recordOf } from "../names.ts";
import { fieldsFor } from "./layouts.ts";
import { grouped, lists, pairs } from "./match.ts";
import { readTorch } from "./read.ts";

/** Options of `loadTorch`. */
export interface LoadTorchOptions {
  /** The name of the file in error messages. */
  readonly file?: string | undefined;
  /** What names in the file begin with, such as "model_state_dict."; only these are loaded. By default, all are. */
  readonly prefix?: string | undefined;
  /** Whether tensors in float64 are rounded to the model's float32. By default, they are refused. */
  readonly round?: boolean | undefined;
  /**
   * Whether tensors by name are in the order of the model, so that the order can match what names do not. By default, those
   * of a file of PyTorch are, and others are not: safetensors are sorted by name.
   */
  readonly inOrder?: boolean | undefined;
}

const optionChecks: Checks<LoadTorchOptions> = { file: text, prefix: text, round: flag, inOrder: flag };

const tensorsByName = recordOf("the bytes of a file, or an object of tensors by name", instance(Tensor, "a tensor"));

/**
 * Loads a state dict of PyTorch into a model of the same layers: its bytes, or tensors by name, as `readTorch` and
 * `parseSafetensors` give them.
 *
 * Modules and layers are matched by their names, or else by their order: so `0.weight` finds `layers.1.weight` if the model
 * has a Flatten in front. What is returned says which name became which. Statistics of BatchNorm1d, elementwise polynomials
 * [1, inputs, degree + 1] and splines of efficient-kan are converted. All of it is checked before anything is written.
 * @returns for each name of the file that was loaded, the name in the model
 * @throws FormatError if the bytes are no such file; ValueError, with the names and shapes of both sides, if they do not
 * fit the model; ArgumentError if an argument is of the wrong kind
 */
export function loadTorch(
  model: object,
  source: Uint8Array | Readonly<Record<string, Tensor>>,
  options: LoadTorchOptions = {},
): Readonly<Record<string, string>> {
  if (typeof model !== "object" || model === null)
    throw new ArgumentError(`loadTorch: the model must be an object, got ${described(model)}`);
  checkOptions("loadTorch", options, optionChecks);
  const { file, prefix = "", round = false } = options;
  const isFile = source instanceof Uint8Array;
  const { inOrder = isFile } = options;
  if (!isFile) tensorsByName("loadTorch", "the source", source);
  const given = isFile ? readTorch(source, { file, roundIntegers: true }).tensors : source;
  const ours = grouped(stateDict(model));
  const theirs = grouped(without(prefix, given));
  const layers = namedModules(model);
  const [state, names] = [emptyRecord<Tensor>(), emptyRecord<string>()];
  const [wrong, wide]: [string[], string[]] = [[], []];
  for (const [from, to] of pairs(theirs, ours, inOrder)) {
    const [fields, own] = [theirs.get(from) ?? {}, ours.get(to) ?? {}];
    const found = fieldsFor(layers.get(to), fields);
    const fits = found.size === Object.keys(own).length;
    if (!fits || ![...found].every(([field, { value }]) => field in own && sameShape(own[field].shape, value.shape))) {
      wrong.push(lists(new Map([[from, fields]]), new Map([[to, own]])));
      continue;
    }
    for (const [field, { value, from: sources }] of found) {
      const isWide = value.dtype === "float64" && own[field]?.dtype === "float32";
      if (isWide) wide.push(prefix + joined(from, sources[0]));
      state[joined(to, field)] = isWide ? assign(zeros(value.shape), value) : value;
      for (const each of sources) names[prefix + joined(from, each)] = joined(to, field);
    }
  }
  if (wrong.length > 0)
    throw new ValueError(`loadTorch: ${wrong.join("; ")}; make the model with the same layers and sizes`);
  if (wide.length > 0 && !round)
    throw new ValueError(
      `loadTorch: ${wide.join(", ")}: float64 or integers in the file, but float32 here; the option round rounds them`,
    );
  loadStateDict(model, state);
  return names;
}

function joined(path: string, field: string): string {
  return path === "" ? field : `${path}.${field}`;
}

/** The tensors whose names begin with a prefix, without it. */
function without(prefix: string, given: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> {
  const own = emptyRecord<Tensor>();
  for (const [name, x] of Object.entries(given)) if (name.startsWith(prefix)) own[name.slice(prefix.length)] = x;
  return own;
}
