/**
 * The engine: records operations on the way forward, and walks the record backwards, once, for the gradients.
 *
 * Reverse mode: in reverse topological order, every variable's gradient is complete before it is passed on, because all
 * that use the variable come first (S. Linnainmaa 1970; B. Speelpenning 1980).
 */
import { add, assign, clone, onesLike, type Tensor } from "@polygrad/tensor";
import { GradientError } from "./errors.ts";
import type { FusedOp, Op, Raw, Rule } from "./op.ts";
import { sumTo } from "./sum-to.ts";
import { isRecording, type Node, Variable, withRecording } from "./variable.ts";

/** Computes an operation, and records it if recording is on and any input wants gradients. */
export function apply<In extends readonly Variable[], Options extends readonly unknown[]>(
  op: Op<In, Options> | FusedOp<In, Options>,
  inputs: readonly [...In],
  options: Options,
): Variable {
  const value = op.kernel(...rawOf<In>(inputs), ...options);
  if (!isRecording() || !inputs.some((input) => input.requiresGrad)) return new Variable(value, false);
  return new Variable(value, true, "vjp" in op ? ruledNode(op, inputs, options) : fusedNode(op, inputs, options));
}

function rawOf<In extends readonly Variable[]>(inputs: readonly [...In]): Raw<In>;
function rawOf(inputs: readonly Variable[]): readonly Tensor[] {
  return inputs.map((input) => input.value);
}

function ruledNode<In extends readonly Variable[], Options extends readonly unknown[]>(
  op: Op<In, Options>,
  inputs: readonly [...In],
  options: Options,
): Node {
  const rules: readonly (Rule<In, Options> | null)[] = op.vjp;
  return {
    inputs,
    backward: (g, y, wanted) =>
      rules.map((rule, k) => (wanted[k] && rule ? rule(g, y, ...inputs, ...options) : undefined)),
  };
}

function fusedNode<In extends readonly Variable[], Options extends readonly unknown[]>(
  op: FusedOp<In, Options>,
  inputs: readonly [...In],
  options: Options,
): Node {
  return {
    inputs,
    backward(g, y, wanted) {
      if (isRecording()) {
        const copies = aliases<In>(inputs);
        return vectorJacobian(op.composite(...copies, ...options), g, copies);
      }
      const gradients = op.backward(wanted, g.value, y.value, ...rawOf<In>(inputs), ...options);
      return gradients.map((gradient) => gradient && new Variable(gradient, false));
    },
  };
}

const identity: Op<[Variable]> = { kernel: (x) => x, vjp: [(g) => g] };

/** The same variable as a node of its own, so that gradients by it are not those by other uses of `x`. */
export function alias(x: Variable): Variable {
  return x.requiresGrad ? new Variable(x.value, true, ruledNode(identity, [x], [])) : new Variable(x.value, true);
}

function aliases<In extends readonly Variable[]>(inputs: readonly [...In]): [...In];
function aliases(inputs: readonly Variable[]): readonly Variable[] {
  return inputs.map((input) => (input.requiresGrad ? alias(input) : input));
}

/** All variables that `root` was computed from and that want gradients, inputs before results; stops at `targets`. */
function topologicalOrder(root: Variable, targets: ReadonlySet<Variable>): Variable[] {
  const order: Variable[] = [];
  const seen = new Set<Variable>([root]);
  // An explicit stack: a graph may be deeper than JavaScript's. The second number counts the inputs visited so far.
  const stack: { variable: Variable; inputs: readonly Variable[]; next: number }[] = [];
  const enter = (variable: Variable) => stack.push({ variable, inputs: inputsOf(variable, targets), next: 0 });
  enter(root);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const input = top.inputs[top.next++];
    if (input === undefined) {
      order.push(top.variable);
      stack.pop();
    } else if (input.requiresGrad && !seen.has(input)) {
      seen.add(input);
      enter(input);
    }
  }
  return order;
}

function inputsOf(variable: Variable, targets: ReadonlySet<Variable>): readonly Variable[] {
  const { node } = variable;
  if (node === undefined || targets.has(variable)) return [];
  if (node === "freed")
    throw new GradientError(
      "backward: this graph has been used and freed by an earlier backward; " +
        "keep it with backward(undefined, { retainGraph: true }), or compute the loss anew",
    );
  return node.inputs;
}

/** A gradient in the shape of what it is the gradient of. */
function fitted(gradient: Variable, { shape }: Variable): Variable {
  const same = gradient.rank === shape.length && gradient.shape.every((size, axis) => size === shape[axis]);
  return same ? gradient : apply(sumTo, [gradient], [shape]);
}

/** What is done with gradients as they become complete. */
interface Receiver {
  /** Forgets the record on the way, so that nothing is kept alive by a loss that has been used. */
  readonly free: boolean;
  /** Takes the complete gradient by a leaf or target. */
  receive(leaf: Variable, gradient: Variable): void;
  /** Where the gradient by a leaf would best be written. */
  placeFor?(leaf: Variable): Tensor | undefined;
}

/** Walks backwards from `root`, whose gradient is `seed`, and hands every leaf (and target) its complete gradient. */
function walkBack(
  root: Variable,
  seed: Variable,
  targets: ReadonlySet<Variable>,
  { free, receive, placeFor }: Receiver,
): void {
  const gradients = new Map<Variable, Variable>([[root, seed]]);
  for (const y of topologicalOrder(root, targets).reverse()) {
    const g = gradients.get(y);
    gradients.delete(y);
    if (g === undefined) continue;
    if (y.node === undefined || y.node === "freed" || targets.has(y)) {
      receive(y, g);
      continue;
    }
    const { inputs, backward } = y.node;
    // Only the first part of a sum may lie where the sum is to lie.
    const wanted = inputs.map((input, k) => {
      const fresh = input.node === undefined && !gradients.has(input) && inputs.indexOf(input) === k;
      return input.requiresGrad && ((fresh && placeFor?.(input)) || true);
    });
    const parts = backward(g, y, wanted);
    for (const [k, part] of parts.entries()) {
      if (part === undefined || !inputs[k].requiresGrad) continue;
      const gradient = fitted(part, inputs[k]);
      const sum = gradients.get(inputs[k]);
      gradients.set(inputs[k], sum ? apply(plus, [sum, gradient], []) : gradient);
    }
    if (free) y.node = "freed";
  }
}

/** The sum of two gradients of one shape. */
const plus: Op<[Variable, Variable]> = { kernel: add, vjp: [(g) => g, (g) => g] };

function checkSeed(root: Variable, seed: Tensor | undefined): Tensor {
  if (!root.requiresGrad)
    throw new GradientError(
      "backward: no gradients flow here; no input was made with variable(), or it was computed under noGrad",
    );
  if (seed === undefined && root.size !== 1)
    throw new GradientError(
      `backward: a result of shape [${root.shape.join(", ")}] needs a seed gradient of that shape; or sum() it first`,
    );
  const g = seed ?? onesLike(root.value);
  if (g.rank !== root.rank || g.shape.some((size, axis) => size !== root.shape[axis]))
    throw new GradientError(
      `backward: the seed gradient has shape [${g.shape.join(", ")}], the result [${root.shape.join(", ")}]; they must agree`,
    );
  return g;
}

/** What `backward` may be told. */
export interface BackwardOptions {
  /** Keep the record, for another `backward` through it. */
  readonly retainGraph?: boolean;
}

/**
 * Adds the gradients of `root` by all its leaves into their `grad`.
 *
 * `seed` is the gradient of some scalar by `root`, in its shape; it may be left out if `root` has one element.
 * @throws GradientError if the graph has been freed, wants no gradients, or the seed does not fit.
 */
export function backward(root: Variable, seed?: Tensor, { retainGraph = false }: BackwardOptions = {}): void {
  // A copy: the seed may lie where some leaf's gradient is about to be written.
  const start = new Variable(clone(checkSeed(root, seed)), false);
  // Gradients may be each other, or views of each other: a leaf gets one for itself.
  const taken = new Set<Tensor["storage"]>();
  const receiver: Receiver = {
    free: !retainGraph,
    receive(leaf, { value }) {
      if (leaf.gradBuffer !== undefined) {
        settle(leaf, leaf.gradBuffer, value);
        return;
      }
      const own = value.isDense && !taken.has(value.storage) ? value : clone(value);
      leaf.grad = leaf.grad === undefined ? own : add(leaf.grad, value);
      taken.add(leaf.grad.storage);
    },
    placeFor: (leaf) => (leaf.grad === undefined ? leaf.gradBuffer : undefined),
  };
  withRecording(false, () => walkBack(root, start, new Set(), receiver));
}

/** Adds a gradient to that of a leaf, in the leaf's own buffer, unless it has been computed there. */
function settle(leaf: Variable, buffer: Tensor, gradient: Tensor): void {
  const sum = leaf.grad === undefined ? gradient : add(leaf.grad, gradient);
  const isThere = sum.storage === buffer.storage && sum.offset === buffer.offset;
  leaf.grad = isThere ? buffer : assign(buffer, sum);
}

/** The gradients of `root` by the targets, recorded if recording is on; undefined where `root` does not depend on one. */
export function vectorJacobian<Targets extends readonly Variable[]>(
  root: Variable,
  seed: Variable,
  targets: Targets,
): { readonly [K in keyof Targets]: Variable | undefined };
export function vectorJacobian(
  root: Variable,
  seed: Variable,
  targets: readonly Variable[],
): readonly (Variable | undefined)[] {
  const found = new Map<Variable, Variable>();
  if (root.requiresGrad)
    walkBack(root, seed, new Set(targets), {
      free: false,
      receive: (leaf, gradient) => void found.set(leaf, gradient),
    });
  return targets.map((target) => found.get(target));
}

/** Whether `root` depends on a leaf other than the targets that wants gradients: then its gradients should be recorded. */
export function dependsOnOthers(root: Variable, targets: readonly Variable[]): boolean {
  const own = new Set(targets);
  return topologicalOrder(root, own).some((variable) => variable.node === undefined && !own.has(variable));
}
