/**
 * The entries of all operations, as functions and as methods of tensors and variables. They are derived from what an
 * operation says of itself: the number of its operands, and the names of its parameters.
 */

import { variable } from "@polygrad/autograd";
import * as library from "@polygrad/tensor";
import { arange, Tensor, tensor, zeros } from "@polygrad/tensor";
import { isTraced } from "@polygrad/tensor/internal";
import type { Entry } from "./calls.ts";
import * as kinds from "./kinds.ts";
import { changed, type Kind, like, optional, options } from "./kinds.ts";

/** An operation, as it is at run time. */
interface Described {
  (...args: never[]): unknown;
  readonly inputs: number;
  readonly parameters: readonly { readonly name: string; readonly optional: boolean }[];
}

export function isOperation(value: unknown): value is Described {
  return typeof value === "function" && "inputs" in value && "parameters" in value;
}

/** All operations by name. */
export const operations: ReadonlyMap<string, Described> = new Map(
  Object.entries<unknown>(library).flatMap(([name, value]) => (isOperation(value) ? [[name, value]] : [])),
);

const BESIDES_0 = ["1", "-1", "2^31", "2^40", "1e15", "2^53 - 1", "1e300"];
/** Where a slice begins or ends: an integer, clipped to the axis. */
const position = like(changed(kinds.integer, ["0", "-0", ...BESIDES_0], "accepted"), () => 0);
const step = like(changed(changed(kinds.integer, BESIDES_0, "accepted"), ["0", "-0"], "refused"), () => 1);
const index = kinds.axis;

/** A bound of `clamp`. Infinities are bounds too, as long as the lower bound stays below the upper one. */
const bound = (good: number): Kind =>
  like(changed(changed(kinds.anyNumber, ["NaN"], "refused"), ["Infinity", "-Infinity"], "open"), () => good);

/** The kinds of parameters, by name. */
const byName: Readonly<Record<string, Kind>> = {
  axis: kinds.axis,
  axis0: kinds.axis,
  axis1: kinds.axis,
  axes: kinds.axes,
  start: position,
  stop: like(position, () => 2),
  step,
  index,
  shape: kinds.list,
  low: bound(-1e301),
  high: bound(1e301),
  value: kinds.anyNumber,
  epsilon: kinds.from0,
  relu: kinds.flag,
  constants: kinds.flag,
  keepDims: kinds.flag,
  correction: kinds.anyNumber,
  descending: kinds.flag,
  relative: kinds.from0,
  absolute: kinds.from0,
  knots: like(kinds.fittingTensor, () => arange(0, 24).reshape([3, 8])),
  order: kinds.size,
  basis: kinds.word("chebyshev"),
  squash: kinds.word("tanh"),
};

const fitting = (kind: Kind, fits: readonly string[], good: () => unknown): Kind =>
  changed(refusing(kind, good), fits, "accepted");
const refusing = (kind: Kind, good: () => unknown): Kind =>
  like({ ...kind, cases: kind.cases.map((each) => ({ ...each, fate: "refused" })) }, good);
const open = (kind: Kind, good: () => unknown): Kind =>
  like(
    { ...kind, cases: kind.cases.map((each) => (each.fate === "accepted" ? { ...each, fate: "open" } : each)) },
    good,
  );

/** The kinds of the parameters of single operations, where the name does not tell. */
const ofOperation: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  permute: { order: refusing(kinds.list, () => [1, 0]) },
  reshape: { shape: fitting(kinds.list, ["-1", "[-1]", "[2, 3]"], () => [3, 2]) },
  view: { shape: fitting(kinds.list, ["-1", "[-1]", "[2, 3]"], () => [3, 2]) },
  broadcastTo: { shape: open(kinds.list, () => [4, 2, 3]) },
  expand: { shape: open(kinds.list, () => [2, 3]) },
  sumTo: { shape: open(kinds.list, () => [3]) },
  transpose: { axis1: like(kinds.axis, () => 1) },
  squeeze: { axes: open(kinds.axes, () => []) },
  flatten: { start: open(kinds.axis, () => 0), end: like(kinds.axis, () => 1) },
  split: { sizes: like(changed(kinds.positive, ["[1]"], "refused"), () => 2) },
  intoSlice: {
    shape: fitting(kinds.list, ["[2, 3]"], () => [2, 3]),
    axis: open(kinds.axis, () => 1),
    start: open(position, () => 0),
    stop: open(position, () => 3),
    step: open(step, () => 1),
  },
  pad: {
    widths: fitting(kinds.list, ["[[1, 2], [3, 4]]"], () => [
      [1, 0],
      [0, 2],
    ]),
  },
  indexSelect: { indices: kinds.indices },
  gather: { indices: kinds.fittingIndices, axis: open(kinds.axis, () => 1) },
  scatterAdd: { indices: like(kinds.fittingIndices, () => [0, 1, 0, 1, 0, 1]) },
  crossEntropy: { labels: kinds.fittingIndices },
  argTopK: { k: like(kinds.count, () => 2) },
  topK: { k: like(kinds.count, () => 2) },
  powers: { degree: kinds.count },
  polynomials: { degree: kinds.count },
  // The eight knots are those of five functions, and of order 2.
  spline: { order: refusing(kinds.size, () => 2) },
};

/** The names of the options of operations, by operation. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  variance: ["keepDims", "correction"],
  std: ["keepDims", "correction"],
  sort: ["descending"],
  argsort: ["descending"],
  allClose: ["relative", "absolute"],
};

function kindOf(operation: string, parameter: string): Kind {
  if (parameter === "options") {
    const names = optionsOf[operation] ?? ["keepDims"];
    return options(Object.fromEntries(names.map((name) => [name, byName[name]])));
  }
  const kind = ofOperation[operation]?.[parameter] ?? byName[parameter];
  if (kind === undefined) throw new Error(`${operation}: give the kind of its parameter ${parameter}`);
  return kind;
}

/** Operands that are not [2, 3]. */
const shapes: Readonly<Record<string, readonly (readonly number[])[]>> = {
  matmul: [
    [2, 3],
    [3, 2],
  ],
  dot: [[3], [3]],
  linear: [[2, 3], [4, 3], [4]],
  layerNorm: [[2, 3], [3], [3]],
  polynomial: [
    [2, 3],
    [4, 3, 2],
  ],
  elementwisePolynomial: [
    [2, 3],
    [3, 2],
  ],
  spline: [
    [2, 3],
    [4, 3, 5],
    [4, 3],
  ],
  crossEntropy: [[2, 3]],
};
/** Operations of operands whose shapes must fit. Every other one without parameters takes any that broadcast. */
const PARTICULAR = ["matmul", "dot"];
function operandKinds(name: string, { inputs, parameters }: Described): Kind[] {
  const fits = parameters.length > 0 || PARTICULAR.includes(name);
  const base = fits ? kinds.operand : inputs === 1 ? kinds.anyOperand : kinds.broadcast;
  return Array.from({ length: inputs }, (_, k) => {
    const shape = shapes[name]?.[k] ?? [2, 3];
    return like(base, () => zeros([...shape]).add(tensor(k + 0.5)));
  });
}

/** The entry of an operation as a function. */
export function operationEntry(name: string): Entry {
  const operation = operations.get(name);
  if (operation === undefined) throw new Error(`${name} is not an operation`);
  const rest = operation.parameters.map((parameter) => {
    const kind = kindOf(name, parameter.name);
    return parameter.optional ? optional(kind) : kind;
  });
  return {
    call: (...args) => Reflect.apply(operation, undefined, args),
    kinds: [...operandKinds(name, operation), ...rest],
    strict: true,
  };
}

/** The entry of the operation as a method of tensors or of variables. */
export function methodEntry(name: string, of: "Tensor" | "Variable"): Entry {
  const { kinds: all, ...entry } = operationEntry(name);
  const [first, ...rest] = all;
  return {
    ...entry,
    call: (...args) => {
      const x = first.good();
      const self = of === "Variable" && x instanceof Tensor ? variable(x) : x;
      if (typeof self !== "object" || self === null) throw new Error(`${name}: its first operand is not an object`);
      if (of === "Variable" && !isTraced(self)) throw new Error(`${name}: its first operand is not a variable`);
      return Reflect.apply(Reflect.get(self, name), self, args);
    },
    kinds: rest,
  };
}
