/** The network that a file holds: as the file says itself, as --layers says, or as names and shapes say. */
import type { Layer } from "@polygrad/nn";
import type { Tensor } from "@polygrad/tensor";
import { modelOf } from "../architecture/architecture.ts";
import { activationNames } from "../architecture/between.ts";
import { guessModel } from "../architecture/guess.ts";
import { FormatError } from "../errors.ts";
import { parseStrictly } from "../json.ts";
import { emptyRecord } from "../names.ts";
import { loadTorch } from "../torch/load.ts";
import type { Contents } from "./contents.ts";
import { type ConvertOptions, one, UsageError } from "./usage.ts";

const bases = ["monomial", "chebyshev", "legendre", "hermite"] as const;
const squashes = ["none", "tanh"] as const;

/** A network, and how it was made. */
export interface Network {
  readonly model: Layer;
  /** Where each tensor of the file went, by name; undefined if the file says its layers itself. */
  readonly names: Readonly<Record<string, string>> | undefined;
  /** Whether the layers were guessed. */
  readonly isGuess: boolean;
}

/** Whether options say what layers there are. */
export function describesLayers({ layers, activation, basis, squash, inOrder }: ConvertOptions): boolean {
  return inOrder || [layers, activation, basis, squash].some((option) => option !== undefined);
}

/** How deep the JSON of --layers may be nested. */
const DEEPEST = 40;

export function networkOf(contents: Contents, options: ConvertOptions, from: string): Network {
  const { activation, basis, squash, layers, at, inOrder } = options;
  const tensors = chosen(contents, options);
  if (layers !== undefined) {
    const model = modelOf(parseStrictly(layers, DEEPEST, (what) => new UsageError(`--layers: ${what}`)));
    const names = loadTorch(model, tensors, { round: true, inOrder: inOrder || contents.isInOrder });
    return { model, names, isGuess: false };
  }
  if (contents.model !== undefined && at === undefined) {
    if (describesLayers(options))
      throw new UsageError(
        "the file says its layers; only --layers can say others, and the other options are for files that do not",
      );
    return { model: contents.model(), names: undefined, isGuess: false };
  }
  const guess = guessModel(tensors, {
    activation: activation === undefined ? undefined : one("activation", activation, activationNames),
    basis: basis === undefined ? undefined : one("basis", basis, bases),
    squash: squash === undefined ? undefined : one("squash", squash, squashes),
    inOrder,
    file: from,
  });
  return { ...guess, isGuess: true };
}

/** The tensors whose names begin with the option `at`, without it. */
export function chosen({ tensors }: Contents, { at }: ConvertOptions): Readonly<Record<string, Tensor>> {
  if (at === undefined) return tensors;
  const prefix = `${at.replace(/\.$/, "")}.`;
  const found = emptyRecord<Tensor>();
  for (const [name, tensor] of Object.entries(tensors))
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = tensor;
  if (Object.keys(found).length === 0) {
    const first = Object.keys(tensors).slice(0, 3).join(", ");
    throw new FormatError(`no name of a tensor begins with "${prefix}"; the first are ${first}`);
  }
  return found;
}
