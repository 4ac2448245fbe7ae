/** The entries of @polygrad/autograd. */
import * as polygrad from "polygrad";
import { constant, tensor, Variable, variable, zeros } from "polygrad";
import type { Entry } from "./calls.ts";
import { constructing, entry, method, property } from "./entries.ts";
import { NUMBERS, TENSORS, VARIABLES } from "./hostile.ts";
import * as kinds from "./kinds.ts";
import { changed, type Kind, kind, like, optional, options } from "./kinds.ts";
import { values } from "./tensor.ts";

/** A function of one variable, whose result is one number. */
const squares = kind(() => (x: Variable) => x.square().sum(), [], ["a function"]);
/** Where only the call of the result runs the function. */
const anyFunction = changed(squares, ["a function", "an untouchable"], "accepted");
const point = like(kinds.anyOperand, () => tensor([1, 2]));
/** Operands in an array. */
const points = kind(
  () => [tensor([1, 2])],
  [],
  ["[1]", "[NaN]", "[-1]", "[0.5]", "[2^31]", "[1e300]", "[a tensor]", "[a variable]"],
);
const which = kinds.anyNumber;
const whichOrList = changed(
  which,
  ["[]", "[1]", "[2, 3]", "[NaN]", "[-1]", "[0.5]", "[2^31]", "[2^40, 2^40]", "[1e300]"],
  "accepted",
);
const leaf = () => variable(tensor([1, 2]));
const loss = () => leaf().square().sum();
const scalarSeed = kind(() => tensor(1), ["undefined", "tensor []"], TENSORS);
const seed = kind(() => tensor(1), ["undefined", ...NUMBERS], [...TENSORS, ...VARIABLES]);

/** A function that a transform returns, with arguments of its own. */
function returned(
  make: () => unknown,
  ...list: Parameters<typeof entry> extends [unknown, ...infer Kinds] ? Kinds : never
): Entry {
  const call = (...args: never[]): unknown => {
    const f = make();
    return typeof f === "function" ? Reflect.apply(f, undefined, args) : f;
  };
  return entry(call, ...list);
}

/** The names of the values that a kind accepts. */
function acceptedBy({ cases }: Kind): string[] {
  return cases.filter(({ fate }) => fate === "accepted").map(({ name }) => name);
}

const f = (x: Variable) => x.square().sum();

export const autogradEntries: Readonly<Record<string, Entry>> = {
  variable: entry(polygrad.variable, values, kinds.creation),
  "variable(tensor)": entry(polygrad.variable, changed(kinds.anyTensor, acceptedBy(values), "accepted")),
  constant: entry(polygrad.constant, point, optional(kinds.anyTensor)),
  isRecording: entry(polygrad.isRecording),
  noGrad: entry(polygrad.noGrad, changed(kinds.callable, ["an untouchable"], "open")),
  grad: entry(polygrad.grad, anyFunction, optional(whichOrList)),
  "grad(f)(x)": returned(() => polygrad.grad(f), point),
  valueAndGrad: entry(polygrad.valueAndGrad, anyFunction, optional(whichOrList)),
  "valueAndGrad(f)(x)": returned(() => polygrad.valueAndGrad(f), point),
  jacobian: entry(polygrad.jacobian, anyFunction, optional(which)),
  "jacobian(f)(x)": returned(() => polygrad.jacobian(f), point),
  hessian: entry(polygrad.hessian, anyFunction, optional(which)),
  "hessian(f)(x)": returned(() => polygrad.hessian(f), point),
  vjp: entry(polygrad.vjp, squares, point),
  "vjp(f)(seed)": returned(
    () => polygrad.vjp(f, tensor([1, 2]))[1],
    kind(() => 1, NUMBERS, [...TENSORS, ...VARIABLES]),
  ),
  jvp: entry(polygrad.jvp, squares, points, points),
  gradients: entry(
    (...args: never[]) => {
      const x = leaf();
      const [y, xs, given] = args;
      // The arguments that are right belong to one graph.
      return Reflect.apply(polygrad.gradients, undefined, [
        y === "y" ? x.square().sum() : y,
        xs === "xs" ? [x] : xs,
        given,
      ]);
    },
    kind(() => "y", [], VARIABLES),
    kind(() => "xs", [], ["[]", "[a variable]"]),
    options({ seed, createGraph: kinds.flag, retainGraph: kinds.flag }),
  ),
  checkGradients: entry(
    polygrad.checkGradients,
    squares,
    kind(() => [tensor([1, 2])], ["[a tensor]"]),
    options({
      order: changed(kinds.positive, ["2^31", "2^40", "1e15", "2^53 - 1"], "refused"),
      tolerance: changed(kinds.from0, ["0", "-0"], "open"),
      step: kind(() => 1e-5, [], ["0.5", "1"]),
      name: kinds.text,
    }),
  ),
  custom: entry(
    polygrad.custom,
    kind(() => ({ forward: (x: polygrad.Tensor) => x.mul(2), vjp: [(g: Variable) => g.mul(2)] }), []),
  ),
  "custom(op)(x)": returned(
    () => polygrad.custom({ name: "twice", forward: (x) => x.mul(2), vjp: [(g) => g.mul(2)] }),
    point,
  ),
  capture: entry(
    polygrad.capture,
    changed(kinds.callable, ["an untouchable"], "accepted"),
    options({ check: kinds.integer }),
  ),
  Variable: constructing(
    Variable,
    kinds.anyTensor,
    kinds.flag,
    optional(kind(() => undefined, [], ["{}"])),
    optional(kinds.anyNumber),
  ),
  "Variable.isLeaf": property(leaf, "isLeaf"),
  "Variable.requiresGrad": property(leaf, "requiresGrad", kinds.flag),
  "Variable.value": property(leaf, "value", kinds.anyTensor),
  "Variable.grad": property(leaf, "grad", optional(kinds.anyTensor)),
  "Variable.gradBuffer": property(leaf, "gradBuffer", optional(kinds.anyTensor)),
  "Variable.shape": property(leaf, "shape"),
  "Variable.rank": property(leaf, "rank"),
  "Variable.size": property(leaf, "size"),
  "Variable.item": method(() => constant(1), "item"),
  "Variable.detach": method(leaf, "detach"),
  "Variable.zeroGrad": method(leaf, "zeroGrad"),
  "Variable.toString": method(leaf, "toString"),
  "Variable.backward": method(loss, "backward", scalarSeed, options({ retainGraph: kinds.flag })),
  "Variable.backward of a matrix": method(
    () => variable(zeros([2, 3])).square(),
    "backward",
    kind(() => zeros([2, 3]), ["tensor [2, 3]"], TENSORS),
  ),
};
