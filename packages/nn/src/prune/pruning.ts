/** A model while it is being pruned: trials, fine-tuning, and the way back. Read edges.ts first. */
import { constant, noGrad, Variable } from "@polygrad/autograd";
import { type Tensor, ValueError } from "@polygrad/tensor";
import { instance } from "@polygrad/tensor/internal";
import type { Input, Layer } from "../module.ts";
import { AdamW } from "../optim/adam.ts";
import { cosine } from "../optim/schedule.ts";
import { mseLoss } from "../regression-loss.ts";
import { parameters } from "../search.ts";
import { loadStateDict, stateDict } from "../state.ts";
import type { Candidate, Edges } from "./edges.ts";
import type { EdgeLayer } from "./functions.ts";
import type { PruneOptions, PruneReport, Removed, Samples } from "./settings.ts";

const aVariable = instance(Variable, "a variable, such as mseLoss(...) returns");

/** A model while it is being pruned. */
export class Pruning {
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
    const lossOf = (what: string, given: Samples | ((step: number) => Variable)) => (step: number) => {
      const own = typeof given === "function" ? given(step) : loss(model.forward(given.inputs), given.targets);
      aVariable("prune", `the loss of ${what}`, own);
      return own;
    };
    this.#model = model;
    this.#layers = layers;
    this.#train = lossOf("train", train);
    this.#validation = () => lossOf("validation", validation)(0);
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
      // Where the loss is 0, so are all gradients, and they say nothing.
      if (loss.requiresGrad && loss.item() !== 0) loss.backward();
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
      masks: new Map(this.#layers.flatMap(({ masks }) => masks)),
    };
  }
}

function keyOf({ edges, output, input, degree }: Candidate): string {
  return [edges.path, output, input, degree ?? "edge"].join();
}

/** Calls `note` with everything that goes into a layer and comes out; returns the function that ends this. */
function watching(layer: EdgeLayer, note: (x: Tensor, y: Tensor) => void): () => void {
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
