/** The record of a value as a list, operands before results; fused operations may be unfolded. Read frames.ts first. */
import { constant, Variable } from "@polygrad/autograd";
import { walkBack, withRecording, withWatcher } from "@polygrad/autograd/internal";
import { onesLike, type Tensor } from "@polygrad/tensor";
import type { Frame } from "./frames.ts";

/** A fused operation, and the same computed by other operations. */
interface Unfolded {
  readonly result: Variable;
  readonly seed: Variable;
}

/** The values that one was computed from. */
export class Trace {
  /** Operands before results. */
  readonly order: Variable[] = [];
  readonly #isUnfolded: (op: string) => boolean;
  readonly #frameOf: (y: Variable) => Frame | undefined;
  readonly #unfolded = new Map<Variable, Unfolded>();
  /** What the copies of operands, which an unfolded operation begins with, are copies of. */
  readonly #originals = new Map<Variable, Variable>();
  /** The fused operation of which a value is the unfolded result. */
  readonly #folded = new Map<Variable, Variable>();
  readonly #insides = new Map<Variable, Frame>();
  /** A frozen parameter enters each operation as a new constant; the first one stands for all with its tensor. */
  readonly #constants = new Map<Tensor, Variable>();

  constructor(output: Variable, isUnfolded: (op: string) => boolean, frameOf: (y: Variable) => Frame | undefined) {
    this.#isUnfolded = isUnfolded;
    this.#frameOf = frameOf;
    const seen = new Set<Variable>();
    // An explicit stack: a record may be deeper than JavaScript's own stack.
    const stack: { y: Variable; inputs: readonly Variable[]; next: number }[] = [];
    const enter = (y: Variable) => {
      if (seen.has(y)) return;
      seen.add(y);
      stack.push({ y, inputs: this.operandsOf(y), next: 0 });
    };
    enter(this.shown(output));
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input = top.inputs[top.next++];
      if (input !== undefined) enter(input);
      else {
        this.order.push(top.y);
        stack.pop();
      }
    }
  }

  /** The value that stands for another in the drawing. */
  shown(y: Variable): Variable {
    for (let at = y; ; ) {
      const next = this.#originals.get(at) ?? this.#unfold(at);
      if (next === undefined) return this.#first(at);
      at = next;
    }
  }

  #first(y: Variable): Variable {
    if (y.node !== undefined || y.requiresGrad) return y;
    const first = this.#constants.get(y.value) ?? y;
    this.#constants.set(y.value, first);
    return first;
  }

  operandsOf({ node }: Variable): Variable[] {
    return typeof node === "object" ? node.inputs.map((input) => this.shown(input)) : [];
  }

  /** The fused operation of which a value is the unfolded result, or else the value itself. */
  folded(y: Variable): Variable {
    for (let at = y; ; ) {
      const next = this.#folded.get(at);
      if (next === undefined) return at;
      at = next;
    }
  }

  frameOf(y: Variable): Frame | undefined {
    return this.#insides.get(y) ?? this.#frameOf(y);
  }

  /** The composition that stands for a fused operation; undefined if the operation stays as it is. */
  #unfold(y: Variable): Variable | undefined {
    const known = this.#unfolded.get(y);
    if (known !== undefined) return known.result;
    const { node } = y;
    if (typeof node !== "object" || node.composite === undefined || !this.#isUnfolded(node.name)) return undefined;
    const { name, inputs, options, composite } = node;
    const copies = inputs.map((input) => new Variable(input.value, input.requiresGrad));
    for (const [k, copy] of copies.entries()) this.#originals.set(copy, inputs[k]);
    const frame: Frame = { name: "", label: name, parent: this.frameOf(y), isOperation: true };
    const result = withRecording(true, () =>
      withWatcher(
        (each) => this.#insides.set(each, frame),
        () => Reflect.apply(composite, undefined, [...copies, ...options]),
      ),
    );
    this.#unfolded.set(y, { result, seed: y });
    this.#folded.set(result, y);
    return result;
  }

  /** The gradient of the output, a single number, with respect to each value that has one. */
  gradients(output: Variable): ReadonlyMap<Variable, Tensor> {
    const found = new Map<Variable, Tensor>();
    const note = (y: Variable, g: Variable) => void (found.has(y) || found.set(y, g.value));
    const walk = (root: Variable, seed: Tensor) =>
      walkBack(root, constant(seed), new Set(), { free: false, receive: note, passes: note });
    withRecording(false, () => {
      walk(output, onesLike(output.value));
      // Outer operations come before those that they are composed of.
      for (const [y, { result }] of this.#unfolded) {
        const seed = found.get(y);
        if (seed !== undefined && result.requiresGrad) walk(result, seed);
      }
    });
    return found;
  }
}
