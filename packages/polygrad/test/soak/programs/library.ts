/** A program run by the library, in one precision and with one kind of kernels. */
import { grad, type Variable, variable } from "@polygrad/autograd";
import { type KernelKind, type Tensor, tensor, useKernels } from "@polygrad/tensor";
import { tensorOf } from "./leaf.ts";
import { isStep, type Program } from "./program.ts";
import { directionAt } from "./reference.ts";

/** What the library computed: elements in row-major order, for each variable or for each leaf. */
export interface Outcome {
  readonly values: readonly (readonly number[])[];
  /** The gradients of the loss, by `backward`, for each leaf; empty for steps. */
  readonly gradients: readonly (readonly number[])[];
  /** The second derivatives times the direction, by `grad` of `grad`. */
  readonly seconds: readonly (readonly number[])[];
}

export function run(program: Program, isDouble: boolean, kind: KernelKind): Outcome {
  useKernels(kind);
  const { nodes, weights } = program;
  const inPrecision = (values: readonly number[], shape: readonly number[]): Tensor =>
    tensor(isDouble ? Float64Array.from(values) : Float32Array.from(values), shape);
  const leaves = [...nodes.entries()].flatMap(([k, node]) =>
    isStep(node) ? [] : [{ k, own: tensorOf(node, isDouble) }],
  );
  const which = leaves.map((_, n) => n);

  const variables = (inputs: readonly Variable[]): Variable[] => {
    const all: Variable[] = [];
    let next = 0;
    for (const node of nodes) all.push(isStep(node) ? node.library(node.inputs.map((k) => all[k])) : inputs[next++]);
    return all;
  };
  const loss = (all: readonly Variable[]): Variable =>
    [...weights]
      .map(([k, own]) => all[k].mul(inPrecision(own, all[k].shape)).sum())
      .reduce((total, part) => total.add(part));

  const inputs = leaves.map(({ own }) => variable(own));
  const all = variables(inputs);
  loss(all).backward();

  const directions = leaves.map(({ k, own }) =>
    inPrecision(
      Array.from({ length: own.size }, (_, i) => directionAt(k, i)),
      own.shape,
    ),
  );
  const gradient = grad((...xs) => loss(variables(xs)), which);
  const along = (...xs: Variable[]): Variable =>
    gradient(...xs)
      .map((g, n) => g.mul(directions[n]).sum())
      .reduce((total, part) => total.add(part));
  const second = grad(along, which)(...leaves.map(({ own }) => own));

  const perNode = (lists: readonly (readonly number[])[]) => {
    const byNode = nodes.map((): readonly number[] => []);
    for (const [n, { k }] of leaves.entries()) byNode[k] = lists[n];
    return byNode;
  };
  return {
    values: all.map(({ value }) => elementsOf(value)),
    gradients: perNode(inputs.map(({ grad: g, size }) => (g ? elementsOf(g) : new Array<number>(size).fill(0)))),
    seconds: perNode(second.map(({ value }) => elementsOf(value))),
  };
}

function elementsOf(x: Tensor): number[] {
  return Array.from(x.clone().data);
}
