/**
 * A model from the names and shapes of its weights: what a state dict of another program says about its layers.
 * Read order.ts and between.ts first.
 */
import { type Layer, loadStateDict, Module } from "@polygrad/nn";
import { type Basis, type Squash, type Tensor, tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, flag, oneOf, show, text } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { emptyRecord, tensorsByName } from "../names.ts";
import { grouped } from "../torch/match.ts";
import { modelOf } from "./architecture.ts";
import { activationNames, type Between, between, functionPlaces } from "./between.ts";
import type { Architecture } from "./layers.ts";
import { numbersIn, ordered } from "./order.ts";
import { type Candidate, candidates, type Weights } from "./weights.ts";

/** Options of `guessModel`: what weights do not show. */
export interface GuessOptions {
  /** The function where the numbers of the layers leave a gap, or between linear layers. */
  readonly activation?: Between | undefined;
  /** The basis of polynomials; "monomial" by default. */
  readonly basis?: Basis | undefined;
  /** What is applied to the inputs of polynomials; by default, "tanh" for layers with a bias, "none" for the article's. */
  readonly squash?: Squash | undefined;
  /** Whether layers whose names are no numbers are used in the order of the tensors. By default, they are refused. */
  readonly inOrder?: boolean | undefined;
  /** The name of the file in error messages. */
  readonly file?: string | undefined;
}

const known: Checks<GuessOptions> = {
  activation: oneOf(...activationNames),
  basis: oneOf("monomial", "chebyshev", "legendre", "hermite"),
  squash: oneOf("none", "tanh"),
  inOrder: flag,
  file: text,
};

/** PyTorch's names of what we call otherwise; undefined for what we do not have. */
const renamed = new Map([
  ["running_mean", "runningMean"],
  ["running_var", "runningVariance"],
  ["base_weight", "baseWeight"],
  ["num_batches_tracked", undefined],
]);

/** A model that was guessed, in evaluation, and where each tensor went: its name, and that in the model. */
export interface Guess {
  readonly model: Layer;
  readonly names: Readonly<Record<string, string>>;
}

/**
 * A Sequential whose layers have the names and shapes of these weights, and the weights. It takes for granted that the
 * layers follow each other by their numbers ("0.weight", "layers.2.bias"), and that nothing comes after the last one.
 *
 * Shapes tell apart linear layers, polynomials, B-splines, LayerNorm and BatchNorm1d. A polynomial for each feature may
 * be [inputs, degree + 1] or, as in the reference implementation, [1, inputs, degree + 1]; in a network with an
 * activation, a weight of two axes is a linear layer's. Layers without weights leave gaps in the numbers, in which
 * `activation` is put; a gap before the first layer is a Flatten. float64 is rounded to float32.
 * @throws FormatError if the weights fit no layer, more than one, or not each other; if an activation must be named; or if
 * the order of the layers, or the place of an activation, is not known
 */
export function guessModel(tensors: Readonly<Record<string, Tensor>>, options: GuessOptions = {}): Guess {
  tensorsByName("guessModel", "the tensors", tensors);
  checkOptions("guessModel", options, known);
  const { basis = "monomial", squash, activation, inOrder = false, file = "state dict" } = options;
  const refuse = (what: string) => new FormatError(`guessModel: ${file}: ${what}`);
  const settings = { basis, squash, activated: activation !== undefined };
  const groups = grouped(tensors);
  if (groups.size === 0) throw refuse("there are no weights");
  const chain = chainOf(
    ordered([...groups.keys()], inOrder, refuse).map((path) => {
      const fields = fieldsOf(groups.get(path) ?? {});
      const weights = Object.fromEntries([...fields].map(([ours, [, value]]) => [ours, value]));
      return { path, fields, weights, possible: candidates(weights, settings) };
    }),
    refuse,
  );
  const placed = chain.map(({ path, candidate }) => ({ path, layer: candidate.layer }));
  const places = functionPlaces(placed, activation, refuse);
  const layers: Architecture[] = numbersIn(chain[0].path) > 0 ? [["Flatten"]] : [];
  const [state, names] = [emptyRecord<Tensor>(), emptyRecord<string>()];
  for (const [k, { path, fields, candidate }] of chain.entries()) {
    if (places.has(k)) layers.push(...between[activation ?? "none"]);
    for (const [ours, value] of Object.entries(candidate.state)) {
      const name = `layers.${layers.length}.${ours}`;
      state[name] = single(value);
      const [theirs] = fields.get(ours) ?? [ours];
      names[path === "" ? theirs : `${path}.${theirs}`] = name;
    }
    layers.push(candidate.layer);
  }
  const model = modelOf(
    ["Sequential", ...layers],
    Object.values(state).reduce((sum, { size }) => sum + 4 * size, 1024),
  );
  loadStateDict(model, state);
  return { model: model instanceof Module ? model.eval() : model, names };
}

/** A tensor in float32. */
function single(x: Tensor): Tensor {
  return x.storage.isDouble ? tensor(Float32Array.from(x.clone().data)).reshape(x.shape) : x;
}

type Refuse = (what: string) => FormatError;

/** The tensors of a layer by our names, with their own. */
function fieldsOf(given: Weights): ReadonlyMap<string, readonly [theirs: string, value: Tensor]> {
  const fields = new Map<string, readonly [string, Tensor]>();
  for (const [theirs, value] of Object.entries(given)) {
    const ours = renamed.has(theirs) ? renamed.get(theirs) : theirs;
    if (ours !== undefined && value !== undefined) fields.set(ours, [theirs, value]);
  }
  return fields;
}

interface Link {
  readonly path: string;
  readonly fields: ReadonlyMap<string, readonly [theirs: string, value: Tensor]>;
  readonly candidate: Candidate;
}

/** The one chain of layers in which each takes as many values as the one before it gives. */
function chainOf(
  groups: readonly (Omit<Link, "candidate"> & { readonly possible: readonly Candidate[]; readonly weights: Weights })[],
  refuse: Refuse,
): readonly Link[] {
  let chains: (readonly Link[])[] = [[]];
  for (const { path, fields, possible, weights } of groups) {
    const shapes = Object.entries(weights).map(([name, value]) => `${name} ${show(value?.shape ?? [])}`);
    if (possible.length === 0)
      throw refuse(`no layer has the weights of ${path === "" ? "the model" : path}: ${shapes.join(", ")}`);
    const longer = chains.flatMap((chain) =>
      possible.flatMap((candidate) => {
        const size = chain.at(-1)?.candidate.outputs ?? candidate.inputs;
        return size === candidate.inputs ? [[...chain, { path, fields, candidate }]] : [];
      }),
    );
    if (longer.length === 0)
      throw refuse(
        `${path} (${shapes.join(", ")}) does not take the ${chains[0].at(-1)?.candidate.outputs} values that the layer before it gives`,
      );
    chains = distinct(longer);
  }
  if (chains.length > 1) {
    const either = chains.slice(0, 2).map((chain) => chain.map(({ candidate }) => candidate.layer[0]).join(", "));
    throw refuse(
      `the shapes fit several models (${either.join("; or ")}); make the model, and load the state dict into it`,
    );
  }
  return chains[0];
}

/** At most two chains of each number of outputs: more do not change the answer. */
function distinct(chains: readonly (readonly Link[])[]): (readonly Link[])[] {
  const counts = new Map<number | undefined, number>();
  return chains.filter((chain) => {
    const size = chain.at(-1)?.candidate.outputs;
    const count = counts.get(size) ?? 0;
    counts.set(size, count + 1);
    return count < 2;
  });
}
