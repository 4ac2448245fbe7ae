/**
 * Derivatives as functions of functions: `grad(f)` is again a function, so `grad(grad(f))` is the second derivative.
 *
 * Arguments are variables, tensors or numbers. What is computed from tensors and numbers alone is a constant; given
 * variables that want gradients, the derivative depends on them and can be differentiated in turn.
 */
import { type Operand, onesLike, stack, type Tensor, zerosLike } from "@polygrad/tensor";
import { sameShape, show } from "@polygrad/tensor/internal";
import { GradientError } from "./errors.ts";
import { alias } from "./record.ts";
import { constant, isRecording, Variable, withRecording } from "./variable.ts";
import { dependsOnOthers, vectorJacobian } from "./walk.ts";

/** A differentiable function: of variables, giving a variable. */
export type Differentiable = (...inputs: Variable[]) => Variable;

/** A function evaluated once, and the way back from its result. */
interface Linearised {
  readonly y: Variable;
  /** Whether y depends on more than plain numbers: then its derivatives are to be recorded. */
  readonly open: boolean;
  /** The gradients by every argument, given that of the result; zeros where the result does not depend on one. */
  readonly pullback: (seed: Variable) => Variable[];
}

function linearise(f: Differentiable, args: readonly Operand[]): Linearised {
  const sources = args.map((arg) => constant(arg));
  const inputs = sources.map(alias);
  const y = withRecording(true, () => f(...inputs));
  if (!(y instanceof Variable))
    throw new TypeError("grad: the function must return a variable; did it return its value?");
  const open = sources.some((source) => source.requiresGrad) || (y.requiresGrad && dependsOnOthers(y, inputs));
  const pullback = (seed: Variable): Variable[] => {
    if (!sameShape(seed.shape, y.shape))
      throw new GradientError(
        `vjp: the seed gradient has shape ${show(seed.shape)}, the result ${show(y.shape)}; they must agree`,
      );
    const record = isRecording() && (open || seed.requiresGrad);
    const gradients = withRecording(record, () => vectorJacobian(y, seed, inputs));
    return inputs.map((input, k) => gradients[k] ?? constant(zerosLike(input.value)));
  };
  // What is returned must not keep inviting gradients that nobody asked for.
  return { y: open ? y : y.detach(), open, pullback };
}

function checkScalar(operation: string, y: Variable): void {
  if (y.size !== 1)
    throw new GradientError(
      `${operation}: the function must give one number, got shape ${show(y.shape)}; sum() it, or use jacobian`,
    );
}

/** Which arguments to differentiate by. */
type Which = number | readonly number[];

function pick(gradients: readonly Variable[], which: Which): Variable | Variable[] {
  const at = (index: number) => {
    const gradient = gradients[index];
    if (gradient === undefined)
      throw new GradientError(`grad: there is no argument ${index}; the function was given ${gradients.length}`);
    return gradient;
  };
  return typeof which === "number" ? at(which) : which.map(at);
}

/**
 * The gradient of a function with one number as its result, by one argument (the first) or by several.
 *
 * `grad(f)(x)` has the shape of x; `grad(f, [0, 2])(a, b, c)` is the pair of gradients by a and c.
 * @throws GradientError if the result has more than one element.
 */
export function grad(f: Differentiable, which?: number): (...args: Operand[]) => Variable;
export function grad(f: Differentiable, which: readonly number[]): (...args: Operand[]) => Variable[];
export function grad(f: Differentiable, which: Which = 0): (...args: Operand[]) => Variable | Variable[] {
  return (...args) => {
    const { y, pullback } = linearise(f, args);
    checkScalar("grad", y);
    return pick(pullback(constant(onesLike(y.value))), which);
  };
}

/** The value of a function beside its gradient: like `grad`, without computing the function twice. */
export function valueAndGrad(f: Differentiable, which?: number): (...args: Operand[]) => [Variable, Variable];
export function valueAndGrad(
  f: Differentiable,
  which: readonly number[],
): (...args: Operand[]) => [Variable, Variable[]];
export function valueAndGrad(
  f: Differentiable,
  which: Which = 0,
): (...args: Operand[]) => [Variable, Variable | Variable[]] {
  return (...args) => {
    const { y, pullback } = linearise(f, args);
    checkScalar("valueAndGrad", y);
    return [y, pick(pullback(constant(onesLike(y.value))), which)];
  };
}

/** The value of f at `args`, and the function from a gradient of the value to the gradients of all arguments. */
export function vjp(f: Differentiable, ...args: Operand[]): [Variable, (seed: Operand) => Variable[]] {
  const { y, pullback } = linearise(f, args);
  return [y, (seed) => pullback(constant(seed, y.value))];
}

/**
 * The value of f at `args`, and its derivative in the direction of `tangents`, which have the arguments' shapes.
 *
 * Forward mode from reverse mode twice: u -> J^T u is linear, and the gradient of <J^T u, tangent> by u is J tangent
 * (J. Townsend 2017, "A new trick for calculating Jacobian vector products").
 */
export function jvp(f: Differentiable, args: readonly Operand[], tangents: readonly Operand[]): [Variable, Variable] {
  if (args.length !== tangents.length)
    throw new GradientError(`jvp: ${args.length} arguments but ${tangents.length} tangents; give one for each`);
  const { y, open, pullback } = linearise(f, args);
  const directions = tangents.map((tangent, k) => checkTangent(k, constant(args[k]), tangent));
  const u = new Variable(zerosLike(y.value), true);
  const inner = withRecording(true, () => {
    const rows = pullback(u);
    return rows.map((row, k) => row.mul(directions[k]).sum()).reduce((sum, part) => sum.add(part));
  });
  const record = isRecording() && (open || directions.some(({ requiresGrad }) => requiresGrad));
  const [derivative] = withRecording(record, () => vectorJacobian(inner, constant(onesLike(inner.value)), [u]));
  return [y, derivative ?? constant(zerosLike(y.value))];
}

function checkTangent(index: number, { value, shape }: Variable, tangent: Operand): Variable {
  const direction = constant(tangent, value);
  if (!sameShape(direction.shape, shape))
    throw new GradientError(
      `jvp: tangent ${index} has shape ${show(direction.shape)}, its argument ${show(shape)}; they must agree`,
    );
  return direction;
}

/** All derivatives of f by its first argument x: shape [...f(x).shape, ...x.shape]. */
export function jacobian(f: Differentiable): (...args: Operand[]) => Variable {
  return (...args) => {
    const { y, pullback } = linearise(f, args);
    const x = constant(args[0]);
    const rows = Array.from({ length: y.size }, (_, i) => pullback(constant(unit(y.value, i)))[0]);
    if (rows.length === 0) return constant(zerosLike(y.value)).reshape([...y.shape, ...x.shape]);
    return stack(rows).reshape([...y.shape, ...x.shape]);
  };
}

/** 1 at one position, 0 elsewhere. */
function unit(like: Tensor, position: number): Tensor {
  const seed = zerosLike(like);
  seed.data[position] = 1;
  return seed;
}

/** All second derivatives of f, whose result is one number, by its first argument x: shape [...x.shape, ...x.shape]. */
export function hessian(f: Differentiable): (...args: Operand[]) => Variable {
  return jacobian((...inputs) => grad(f)(...inputs));
}
