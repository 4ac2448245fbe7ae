/**
 * A model from the names and shapes of its weights: what a state dict of another program says about its layers.
 * Read architecture.ts first.
 */
import { type Layer, loadStateDict } from "@polygrad/nn";
import { type Basis, type Squash, type Tensor, tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, oneOf, show, text } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { emptyRecord, tensorsByName } from "../names.ts";
import { modelOf } from "./architecture.ts";
import type { Architecture } from "./layers.ts";
import { type Candidate, candidates, type Weights } from "./weights.ts";

/** A function between layers; "none" says that there is none. */
export type Between = "none" | "relu" | "gelu" | "silu" | "softplus" | "tanh" | "sigmoid" | "elu" | "leaky-relu";

const between: Readonly<Record<Between, readonly Architecture[]>> = {
  none: [],
  relu: [["ReLU"]],
  gelu: [["GELU"]],
  silu: [["SiLU"]],
  softplus: [["Softplus"]],
  tanh: [["Tanh"]],
  sigmoid: [["Sigmoid"]],
  elu: [["ELU", 1]],
  "leaky-relu": [["LeakyReLU", 0.01]],
};

/** Options of `guessModel`: what weights do not show. */
export interface GuessOptions {
  /** The function between layers, where the numbers of the layers leave a gap, or between linear layers. */
  readonly activation?: Between | undefined;
  /** The basis of polynomials; "monomial" by default. */
  readonly basis?: Basis | undefined;
  /** What is applied to the inputs of polynomials: "none" (the default, as in the article) or "tanh". */
  readonly squash?: Squash | undefined;
  /** The name of the file in error messages. */
  readonly file?: string | undefined;
}

/** The names of the functions between layers. */
export const activationNames: readonly Between[] = [
  "none",
  "relu",
  "gelu",
  "silu",
  "softplus",
  "tanh",
  "sigmoid",
  "elu",
  "leaky-relu",
];

const known: Checks<GuessOptions> = {
  activation: oneOf(...activationNames),
  basis: oneOf("monomial", "chebyshev", "legendre", "hermite"),
  squash: oneOf("none", "tanh"),
  file: text,
};

/** PyTorch's names of what we call otherwise. */
const renamed = new Map([
  ["running_mean", "runningMean"],
  ["running_var", "runningVariance"],
  ["base_weight", "baseWeight"],
]);

/**
 * A Sequential whose layers have the names and shapes of these weights, and the weights: the layers are in the order of
 * their numbers ("0.weight", "layers.2.bias") or, without numbers, in that of the file.
 *
 * Shapes tell apart linear layers, polynomials, B-splines, LayerNorm and BatchNorm1d. A polynomial for each feature may
 * be [inputs, degree + 1] or, as in the reference implementation, [1, inputs, degree + 1]; in a network with an
 * activation, a weight of two axes is a linear layer's. Layers without weights leave gaps in the numbers, in which
 * `activation` is put; a gap before the first layer is a Flatten. float64 is rounded to float32.
 * @throws FormatError if the weights fit no layer, more than one, or not each other, or if an activation must be named
 */
export function guessModel(tensors: Readonly<Record<string, Tensor>>, options: GuessOptions = {}): Layer {
  tensorsByName("guessModel", "the tensors", tensors);
  checkOptions("guessModel", options, known);
  const { basis = "monomial", squash, activation, file = "state dict" } = options;
  const refuse = (what: string) => new FormatError(`guessModel: ${file}: ${what}`);
  const settings = { basis, squash, activated: activation !== undefined };
  const groups = groupsOf(tensors, refuse);
  const chain = chainOf(
    groups.map(([path, weights]) => ({ path, possible: candidates(weights, settings), weights })),
    refuse,
  );
  const layers: Architecture[] = [];
  const state = emptyRecord<Tensor>();
  for (const [k, { path, candidate }] of chain.entries()) {
    const [last, gap] = [chain[k - 1], gapBefore(path, chain[k - 1]?.path)];
    if (last === undefined && gap > 0) layers.push(["Flatten"]);
    const areLinear = candidate.layer[0] === "Linear" && last?.candidate.layer[0] === "Linear";
    if (last !== undefined && (gap > 0 || areLinear)) {
      if (activation === undefined)
        throw refuse(
          `the function between ${last.path} and ${path} has no weights; name it with the option activation: ${activationNames.join(", ")}`,
        );
      layers.push(...between[activation]);
    }
    for (const [name, value] of Object.entries(candidate.state))
      state[`layers.${layers.length}.${name}`] = single(value);
    layers.push(candidate.layer);
  }
  const model = modelOf(
    ["Sequential", ...layers],
    Object.values(state).reduce((sum, { size }) => sum + 4 * size, 1024),
  );
  loadStateDict(model, state);
  return model;
}

/** A tensor in float32. */
function single(x: Tensor): Tensor {
  return x.storage.isDouble ? tensor(Float32Array.from(x.clone().data)).reshape(x.shape) : x;
}

type Refuse = (what: string) => FormatError;

/** The weights of each layer, in the order of the layers. */
function groupsOf(tensors: Readonly<Record<string, Tensor>>, refuse: Refuse): [path: string, weights: Weights][] {
  const groups = new Map<string, Record<string, Tensor>>();
  for (const [name, value] of Object.entries(tensors)) {
    const dot = name.lastIndexOf(".");
    const [path, last] = [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)];
    if (last === "num_batches_tracked") continue;
    const group = groups.get(path) ?? emptyRecord<Tensor>();
    group[renamed.get(last) ?? last] = value;
    groups.set(path, group);
  }
  if (groups.size === 0) throw refuse("there are no weights");
  const collator = new Intl.Collator("en", { numeric: true });
  const isNumbered = [...groups.keys()].every((path) => /\d/.test(path));
  return isNumbered ? [...groups].sort(([a], [b]) => collator.compare(a, b)) : [...groups];
}

interface Link {
  readonly path: string;
  readonly candidate: Candidate;
}

/** The one chain of layers in which each takes as many values as the one before it gives. */
function chainOf(
  groups: readonly { readonly path: string; readonly possible: readonly Candidate[]; readonly weights: Weights }[],
  refuse: Refuse,
): readonly Link[] {
  let chains: (readonly Link[])[] = [[]];
  for (const { path, possible, weights } of groups) {
    const shapes = Object.entries(weights).map(([name, value]) => `${name} ${show(value?.shape ?? [])}`);
    if (possible.length === 0)
      throw refuse(`no layer has the weights of ${path === "" ? "the model" : path}: ${shapes.join(", ")}`);
    const longer = chains.flatMap((chain) =>
      possible.flatMap((candidate) => {
        const size = chain.at(-1)?.candidate.outputs ?? candidate.inputs;
        return size === candidate.inputs ? [[...chain, { path, candidate }]] : [];
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

/** How many numbers lie between two paths such as "layers.0" and "layers.2"; before the first, 0 would be expected. */
function gapBefore(path: string, last: string | undefined): number {
  const [, parent, number] = /^(.*?)(\d+)$/.exec(path) ?? [];
  if (number === undefined) return 0;
  if (last === undefined) return /(^|\.)$/.test(parent) ? Number(number) : 0;
  const [, otherParent, otherNumber] = /^(.*?)(\d+)$/.exec(last) ?? [];
  return parent === otherParent ? Number(number) - Number(otherNumber) - 1 : 0;
}
