/**
 * The walk: visits a record backwards, once, and hands each leaf its gradient.
 *
 * Reverse mode: the walk goes in reverse topological order, so every operation that used a variable comes before the
 * variable itself, and its gradient is complete when the walk arrives there (S. Linnainmaa 1970; B. Speelpenning 1980).
 */
import { add, sumTo, type Tensor } from "@polygrad/tensor";
import { sameShape } from "@polygrad/tensor/internal";
import { GradientError } from "./errors.ts";
import { checkingReads } from "./unchanged.ts";
import type { Variable } from "./variable.ts";

/**
 * All variables that `root` was computed from and that require gradients, inputs before results; stops at `targets`.
 */
function topologicalOrder(root: Variable, targets: ReadonlySet<Variable>): Variable[] {
  const order: Variable[] = [];
  const seen = new Set<Variable>([root]);
  // An explicit stack: a graph may be deeper than JavaScript's own stack. `next` counts the inputs visited so far.
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
      "backward: an earlier backward has used this graph and freed it; " +
        "keep it with backward(undefined, { retainGraph: true }), or compute the loss again",
    );
  return node.inputs;
}

/** Those among the variables, which come in topological order, that depend on a target or are one. */
function leadingTo(targets: ReadonlySet<Variable>, order: readonly Variable[]): Set<Variable> {
  const leading = new Set(targets);
  for (const variable of order) {
    const { node } = variable;
    if (typeof node === "object" && node.inputs.some((input) => leading.has(input))) leading.add(variable);
  }
  return leading;
}

/** What to do with gradients as they become complete. */
export interface Receiver {
  /** Whether to free the record during the walk, so that a used loss keeps no memory alive. */
  readonly free: boolean;
  /** Takes the complete gradient with respect to a leaf or a target. */
  receive(leaf: Variable, gradient: Variable): void;
  /** Is shown the complete gradient with respect to each result on the way. */
  passes?(y: Variable, gradient: Variable): void;
  /** The tensor that the gradient with respect to a leaf should be written into, if there is one. */
  destinationOf?(leaf: Variable): Tensor | undefined;
}

/**
 * Walks backwards from `root`, whose gradient is `seed`, and gives the receiver the gradient of every target or, if there
 * are no targets, of every leaf.
 */
export function walkBack(
  root: Variable,
  seed: Variable,
  targets: ReadonlySet<Variable>,
  { free, receive, passes, destinationOf }: Receiver,
): void {
  const gradients = new Map<Variable, Variable>([[root, seed]]);
  const order = topologicalOrder(root, targets);
  const leading = targets.size > 0 ? leadingTo(targets, order) : undefined;
  const isWanted = (x: Variable) => x.requiresGrad && (leading === undefined || leading.has(x));
  for (const y of order.reverse()) {
    const g = gradients.get(y);
    gradients.delete(y);
    if (g === undefined) continue;
    if (y.node === undefined || y.node === "freed" || targets.has(y)) {
      receive(y, g);
      continue;
    }
    passes?.(y, g);
    const { node } = y;
    const { inputs } = node;
    const wanted = inputs.map((input, k) => {
      if (!isWanted(input)) return undefined;
      // If a leaf is used several times, its gradient is a sum; only the first term may be written into its
      // destination.
      const isFirst = !gradients.has(input) && inputs.indexOf(input) === k;
      return { into: isFirst && input.node === undefined ? destinationOf?.(input) : undefined };
    });
    for (const [k, part] of checkingReads(node, y, () => node.backward(g, y, wanted)).entries()) {
      const input = inputs[k];
      if (part === undefined || !isWanted(input)) continue;
      const gradient = sameShape(part.shape, input.shape) ? part : sumTo(part, input.shape);
      const sum = gradients.get(input);
      gradients.set(input, sum ? add(sum, gradient) : gradient);
    }
    if (free) y.node = "freed";
  }
}

/** The gradients of `root` with respect to the targets, recorded if recording is on; undefined where there is none. */
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

/**
 * Whether `root` depends on a leaf, other than the targets, that requires gradients: then its gradients are recorded.
 */
export function dependsOnOthers(root: Variable, targets: readonly Variable[]): boolean {
  const own = new Set(targets);
  return topologicalOrder(root, own).some((variable) => variable.node === undefined && !own.has(variable));
}
