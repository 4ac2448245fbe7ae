/** `prune`: removes edges, terms and constants of polynomial layers while the loss allows it. Read edges.ts first. */
import { constant, noGrad, Variable } from "@polygrad/autograd";
import { ArgumentError, Tensor, ValueError } from "@polygrad/tensor";
import { type Check, type Checks, callable, checkOptions, described, flag } from "@polygrad/tensor/internal";
import { aboveZero, finiteFrom0, positiveInteger } from "../checks.ts";
import { type Input, type Layer, namedModules } from "../module.ts";
import { AdamW } from "../optim/adam.ts";
import { cosine } from "../optim/schedule.ts";
import { Polynomial } from "../polynomial.ts";
import { mseLoss } from "../regression-loss.ts";
import { parameters } from "../search.ts";
import { loadStateDict, stateDict } from "../state.ts";
import { type Candidate, Edges } from "./edges.ts";

/** Samples: the inputs of a model, and what it should return for them. */
export interface Samples {
  readonly inputs: Tensor;
  readonly targets: Tensor;
}

/** Options of `prune`. */
export interface PruneOptions {
  /** What the model is fine-tuned on: samples, or a function that returns the loss of a training step. */
  readonly train: Samples | ((step: number) => Variable);
  /** What decides, and what contributions are measured on: samples, or a function that returns the validation loss. */
  readonly validation: Samples | (() => Variable);
  /** How much larger than at the beginning the validation loss may become. */
  readonly tolerance: number;
  /** The loss of samples; `mseLoss` by default. */
  readonly loss?: (prediction: Variable, targets: Tensor) => Variable;
  /** The number of training steps of a fine-tuning; 200 by default. */
  readonly steps?: number;
  /** The learning rate of AdamW at the beginning of a fine-tuning; it falls to 0. 0.003 by default. */
  readonly learningRate?: number;
  /** After how many failures in a row to leave the rest as it is; 10 by default. */
  readonly patience?: number;
  /** Whether to remove single terms of the edges that stay, and constants; true by default. */
  readonly degrees?: boolean;
}

/** Something that was removed. */
export interface Removed {
  /** The name of the layer in the model. */
  readonly layer: string;
  readonly output: number;
  readonly input: number;
  /** The degree of the term; 0 for the constant of the output; undefined for a whole edge. */
  readonly degree: number | undefined;
}

/** What `prune` did. */
export interface PruneReport {
  /** In the order in which they were removed. */
  readonly removed: readonly Removed[];
  /** The validation loss before and after, and the largest that was allowed. */
  readonly lossBefore: number;
  readonly lossAfter: number;
  readonly lossLimit: number;
  /** The number of coefficients of all polynomial layers; the constants of an output count as one. */
  readonly coefficientsBefore: number;
  readonly coefficientsAfter: number;
  /** How often something was removed to see whether the loss allows it, and all steps of fine-tuning. */
  readonly trials: number;
  readonly steps: number;
  /** For each layer by name, 1 for each coefficient that is left and 0 for the others, in the shape of the weight. */
  readonly masks: ReadonlyMap<string, Tensor>;
}

const source: Check = (operation, what, value) => {
  if (typeof value === "function") return;
  if (typeof value !== "object" || value === null || !("inputs" in value) || !("targets" in value))
    throw new ArgumentError(
      `${operation}: ${what} must be samples, { inputs, targets }, or a function that returns a loss, got ${described(value)}`,
    );
  for (const part of [value.inputs, value.targets])
    if (!(part instanceof Tensor))
      throw new ArgumentError(`${operation}: ${what} must have tensors as inputs and targets, got ${described(part)}`);
};

const known: Checks<PruneOptions> = {
  train: source,
  validation: source,
  tolerance: finiteFrom0,
  loss: callable,
  steps: positiveInteger,
  learningRate: aboveZero,
  patience: positiveInteger,
  degrees: flag,
};

/**
 * Removes edges, then single terms, then constants of all `Polynomial` layers of a model, as long as the validation loss
 * stays within `tolerance` of what it was. What is removed is 0 from then on, exactly.
 *
 * What contributes least goes first: the standard deviation of an edge's polynomial over the validation samples, divided
 * by that of the output (the KAN paper, Liu et al. 2024, ranks edges by their size, too). Half of what is left is tried at
 * once, then half of that, and so on; if the loss is too large, the model is fine-tuned, all its parameters, and if the
 * loss is still too large, the attempt is undone. Everything is decided in a fixed order, so results can be repeated.
 *
 * It costs up to `steps` training steps for each trial. Of n edges there are about n trials if few can go, and about
 * 2 log n if most can. A model that was in evaluation stays so; training with Dropout needs `train()` before.
 *
 * @throws ArgumentError if the model has no Polynomial layer, or an option is missing, unknown or of the wrong kind;
 * ValueError if a number is out of range, or the loss before is not finite
 */
export function prune(model: Layer, options: PruneOptions): PruneReport {
  checkOptions("prune", options, known);
  for (const name of ["train", "validation", "tolerance"] as const)
    if (options?.[name] === undefined) throw new ArgumentError(`prune: the option ${name} is missing`);
  const layers = [...namedModules(model)].flatMap(([path, layer]) =>
    layer instanceof Polynomial ? [new Edges(path, layer)] : [],
  );
  if (layers.length === 0) throw new ArgumentError("prune: the model has no Polynomial layer");
  const pruning = new Pruning(model, layers, options);
  pruning.phase("edges");
  if (options.degrees ?? true) for (const kind of ["terms", "constants"] as const) pruning.phase(kind);
  return pruning.finish();
}

/** A model while it is being pruned. */
class Pruning {
  readonly #model: Layer;
  readonly #layers: readonly Edges[];
  readonly #train: (step: number) => Variable;
  readonly #validation: () => Variable;
  readonly #steps: number;
  readonly #learningRate: number;
  readonly #patience: number;
  readonly #before: { readonly loss: number; readonly coefficients: number };
  readonly #limit: number;
  readonly #removed: Removed[] = [];
  #trials = 0;
  #taken = 0;

  constructor(model: Layer, layers: readonly Edges[], options: PruneOptions) {
    const { train, validation, loss = mseLoss, steps = 200, learningRate = 3e-3, patience = 10 } = options;
    const lossOf = (given: Samples | ((step: number) => Variable)) =>
      typeof given === "function" ? given : () => loss(model.forward(given.inputs), given.targets);
    this.#model = model;
    this.#layers = layers;
    this.#train = lossOf(train);
    this.#validation = () => lossOf(validation)(0);
    [this.#steps, this.#learningRate, this.#patience] = [steps, learningRate, patience];
    this.#before = { loss: this.#loss(), coefficients: this.#count };
    if (!Number.isFinite(this.#before.loss))
      throw new ValueError(`prune: the validation loss is ${this.#before.loss} before anything is removed`);
    this.#limit = this.#before.loss + options.tolerance;
  }

  get #count(): number {
    return this.#layers.reduce((sum, { count }) => sum + count, 0);
  }

  #loss(): number {
    return noGrad(() => this.#validation()).item();
  }

  /** Removes what can be removed of a kind. */
  phase(kind: "edges" | "terms" | "constants"): void {
    /** What could not be removed alone since something was removed last. */
    const refused = new Set<string>();
    let most = Number.POSITIVE_INFINITY;
    while (refused.size < this.#patience) {
      this.#measure();
      const left = this.#layers
        .flatMap((edges) => edges.candidates(kind))
        .filter((candidate) => !refused.has(keyOf(candidate)))
        .sort((a, b) => a.score - b.score);
      if (left.length === 0) return;
      const several = left.slice(0, Math.max(1, Math.min(Math.floor(left.length / 2), most)));
      if (this.#try(several)) {
        refused.clear();
        most *= 2;
      } else if (several.length === 1) refused.add(keyOf(several[0]));
      else most = Math.floor(several.length / 2);
    }
  }

  /** Removes several things; if the loss does not allow it even after fine-tuning, undoes that. */
  #try(several: readonly Candidate[]): boolean {
    this.#trials++;
    const undo = this.#snapshot();
    for (const candidate of several) candidate.edges.remove(candidate);
    if (this.#loss() > this.#limit && !this.#fineTune()) {
      undo();
      return false;
    }
    for (const { edges, output, input, degree } of several)
      this.#removed.push({ layer: edges.path, output, input, degree });
    return true;
  }

  #snapshot(): () => void {
    const state = stateDict(this.#model);
    const layers = this.#layers.map((edges) => edges.snapshot());
    return () => {
      loadStateDict(this.#model, state);
      for (const restore of layers) restore();
    };
  }

  /** Trains for `steps` steps, or until the loss is within its limit at a quarter of them; returns whether it is. */
  #fineTune(toTheEnd = false): boolean {
    const optimiser = new AdamW(parameters(this.#model), {
      learningRate: cosine(this.#learningRate, { steps: this.#steps }),
      weightDecay: 0,
    });
    const quarter = Math.ceil(this.#steps / 4);
    for (let step = 0; step < this.#steps; step++) {
      optimiser.zeroGrad();
      this.#train(this.#taken++).backward();
      optimiser.step();
      for (const edges of this.#layers) edges.clear();
      if (!toTheEnd && (step + 1) % quarter === 0 && this.#loss() <= this.#limit) return true;
    }
    return this.#loss() <= this.#limit;
  }

  /** Computes the validation loss once, and lets the layers see what goes in and out, and their gradients. */
  #measure(): void {
    const seen = this.#layers.map(() => ({ inputs: [] as Tensor[], outputs: [] as Tensor[] }));
    const restore = this.#layers.map(({ layer }, k) =>
      watching(layer, (x, y) => {
        seen[k].inputs.push(x);
        seen[k].outputs.push(y);
      }),
    );
    const all = parameters(this.#model);
    try {
      for (const parameter of all) parameter.zeroGrad();
      const loss = this.#validation();
      if (loss.requiresGrad) loss.backward();
    } finally {
      for (const end of restore) end();
    }
    for (const [k, edges] of this.#layers.entries()) edges.measure(seen[k].inputs, seen[k].outputs);
    for (const parameter of all) parameter.zeroGrad();
  }

  /** Fine-tunes once more, keeps that if it is better, and reports. */
  finish(): PruneReport {
    const [undo, loss] = [this.#snapshot(), this.#loss()];
    this.#fineTune(true);
    if (!(this.#loss() <= loss)) undo();
    return {
      removed: this.#removed,
      lossBefore: this.#before.loss,
      lossAfter: this.#loss(),
      lossLimit: this.#limit,
      coefficientsBefore: this.#before.coefficients,
      coefficientsAfter: this.#count,
      trials: this.#trials,
      steps: this.#taken,
      masks: new Map(this.#layers.map(({ path, mask }) => [path, mask])),
    };
  }
}

function keyOf({ edges, output, input, degree }: Candidate): string {
  return [edges.path, output, input, degree ?? "edge"].join();
}

/** Calls `note` with everything that goes into a layer and comes out; returns the function that ends this. */
function watching(layer: Polynomial, note: (x: Tensor, y: Tensor) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(layer, "forward");
  const forward = layer.forward.bind(layer);
  layer.forward = (x: Input) => {
    const y = forward(x);
    note(x instanceof Variable ? x.value : constant(x).value, y.value);
    return y;
  };
  return () => {
    if (own) Object.defineProperty(layer, "forward", own);
    else Reflect.deleteProperty(layer, "forward");
  };
}
