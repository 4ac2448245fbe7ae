/** The edges of a layer while it is pruned: which coefficients are left, and what each contributes. Read functions.ts first. */
import { type Tensor, toFloat64 } from "@polygrad/tensor";
import {
  type EdgeLayer,
  functionsAt,
  gathered,
  hasTerms,
  isElementwise,
  parametersOf,
  scattered,
  sizeOf,
  write,
} from "./functions.ts";

/** One thing that can be removed from a layer: an edge with all its terms (degree undefined), a term, or a constant. */
export interface Candidate {
  readonly edges: Edges;
  readonly output: number;
  readonly input: number;
  /** The degree of the term; 0 for a constant; undefined for the whole edge. */
  readonly degree: number | undefined;
  /** The standard deviation of its contribution to the output, divided by that of the output; 0 if it does not matter. */
  readonly score: number;
}

/** The edges of one layer. In an elementwise layer, each output has the edge from its own input. */
export class Edges {
  readonly path: string;
  readonly layer: EdgeLayer;
  readonly #elementwise: boolean;
  /** The number of functions of an edge. */
  readonly #size: number;
  /** 1 for each coefficient that is left, else 0, edge by edge. */
  readonly #kept: Float32Array;
  /** Of each input: the mean of each basis function, and the covariances of all of them. */
  #means: Float64Array = new Float64Array();
  #covariances: Float64Array = new Float64Array();
  /** Whether a coefficient changes the loss: its gradient is not exactly 0, as behind an output that nothing uses. */
  #matters: readonly boolean[] = [];
  /** The standard deviation of each output. */
  #deviations: Float64Array = new Float64Array();

  constructor(path: string, layer: EdgeLayer) {
    this.path = path;
    this.layer = layer;
    this.#elementwise = isElementwise(layer);
    this.#size = sizeOf(layer);
    this.#kept = this.#read().fill(1);
    if (hasTerms(layer) && !this.#elementwise) this.#gatherConstants();
  }

  /** For each parameter, by its name in the model, 1 for each coefficient that is left and 0 for the others. */
  get masks(): (readonly [name: string, mask: Tensor])[] {
    const prefix = this.path === "" ? "" : `${this.path}.`;
    return scattered(this.layer, this.#kept).map(([field, mask]) => [`${prefix}${field}`, mask.clone()]);
  }

  /** The number of coefficients that are left. */
  get count(): number {
    return this.#kept.reduce((sum, kept) => sum + kept, 0);
  }

  #at(output: number, input: number, degree: number): number {
    return (this.#elementwise ? output : output * this.layer.inputs + input) * this.#size + degree;
  }

  #read(): Float32Array {
    return gathered(this.layer, ({ value }) => value);
  }

  /** phi_0 = 1 on every edge, so the constants of an output are one number: it goes to the first edge. */
  #gatherConstants(): void {
    const { outputs, inputs } = this.layer;
    const weight = this.#read();
    for (let o = 0; o < outputs; o++)
      for (let i = 1; i < inputs; i++) {
        weight[this.#at(o, 0, 0)] += weight[this.#at(o, i, 0)];
        weight[this.#at(o, i, 0)] = 0;
        this.#kept[this.#at(o, i, 0)] = 0;
      }
    write(this.layer, weight);
  }

  /**
   * Measures the basis functions on the inputs, [..., inputs], and the outputs, [..., outputs], of the layer; and looks at
   * the gradient of its weight, if there is one.
   */
  measure(inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
    const { inputs: columns } = this.layer;
    const size = this.#size;
    const rows = inputs.reduce((sum, x) => sum + x.size / columns, 0);
    const [sums, products] = [new Float64Array(columns * size), new Float64Array(columns * size ** 2)];
    for (const x of inputs) {
      const values = functionsAt(this.layer, toFloat64(x).reshape([x.size / columns, columns])).permute([1, 2, 0]);
      add(sums, values.sum(2));
      add(products, values.matmul(values.transpose(1, 2)));
    }
    this.#means = sums.map((sum) => sum / rows);
    const means = this.#means;
    this.#covariances = products.map((sum, at) => {
      const [first, second] = [Math.floor(at / size), size * Math.floor(at / size ** 2) + (at % size)];
      return sum / rows - means[first] * means[second];
    });
    const [first, second] = [new Float64Array(this.layer.outputs), new Float64Array(this.layer.outputs)];
    for (const y of outputs) {
      const flat = toFloat64(y).reshape([y.size / this.layer.outputs, this.layer.outputs]);
      add(first, flat.sum(0));
      add(second, flat.square().sum(0));
    }
    this.#deviations = second.map((sum, o) => Math.sqrt(Math.max(0, sum / rows - (first[o] / rows) ** 2)));
    const known = parametersOf(this.layer).every(([, { grad }]) => grad !== undefined);
    const slopes = known ? gathered(this.layer, ({ grad, value }) => grad ?? value) : undefined;
    this.#matters = Array.from(this.#kept, (_, at) => slopes === undefined || slopes[at] !== 0);
  }

  /** What is left of a kind, with its score. */
  candidates(kind: "edges" | "terms" | "constants"): Candidate[] {
    const { outputs, inputs } = this.layer;
    const terms = hasTerms(this.layer);
    if (kind !== "edges" && !terms) return [];
    const weight = this.#read();
    const found: Candidate[] = [];
    for (let output = 0; output < outputs; output++)
      for (const input of this.#elementwise ? [output] : Array.from({ length: inputs }, (_, i) => i)) {
        const left = Array.from({ length: this.#size }, (_, k) => k).filter(
          (k) => this.#kept[this.#at(output, input, k)] === 1 && (terms && k === 0) === (kind === "constants"),
        );
        const one = (degrees: readonly number[], which: number | undefined) =>
          found.push({
            edges: this,
            output,
            input,
            degree: which,
            score: this.#deviation(weight, output, input, degrees) / (this.#deviations[output] || 1),
          });
        if (kind !== "edges") for (const k of left) one([k], k);
        else if (left.length > 0) one(left, undefined);
      }
    return found;
  }

  /** The standard deviation of the sum of some terms of an edge; of a constant, its size; 0 if they change nothing. */
  #deviation(weight: Float32Array, output: number, input: number, degrees: readonly number[]): number {
    const size = this.#size;
    const at = (k: number) => weight[this.#at(output, input, k)];
    if (!degrees.some((k) => this.#matters[this.#at(output, input, k)])) return 0;
    if (hasTerms(this.layer) && degrees[0] === 0) return Math.abs(at(0));
    let variance = 0;
    for (const a of degrees)
      for (const b of degrees) variance += at(a) * at(b) * this.#covariances[(input * size + a) * size + b];
    return Math.sqrt(Math.max(0, variance));
  }

  /** Removes something; the mean of what it contributed goes to the constant of the output, if that is left. */
  remove({ output, input, degree }: Candidate): void {
    const weight = this.#read();
    const size = this.#size;
    const constant = this.#at(output, this.#elementwise ? output : 0, 0);
    const terms = hasTerms(this.layer);
    const degrees = degree === undefined ? Array.from({ length: size }, (_, k) => k).slice(terms ? 1 : 0) : [degree];
    for (const k of degrees) {
      const at = this.#at(output, input, k);
      if (terms && k > 0 && this.#kept[constant] === 1) weight[constant] += weight[at] * this.#means[input * size + k];
      weight[at] = 0;
      this.#kept[at] = 0;
    }
    write(this.layer, weight);
  }

  /** Sets what was removed to 0, after a step of training. */
  clear(): void {
    const values = this.#read().map((value, at) => (this.#kept[at] === 1 ? value : 0));
    write(this.layer, values);
  }

  /** What brings back the layer as it is now. */
  snapshot(): () => void {
    const [kept, weight] = [this.#kept.slice(), this.#read()];
    return () => {
      this.#kept.set(kept);
      write(this.layer, weight);
    };
  }
}

function add(into: Float64Array, values: Tensor): void {
  for (const [k, value] of values.clone().data.entries()) into[k] += value;
}
