/**
 * Derivatives as functions of functions: `grad(f)` is again a function, so `grad(grad(f))` is the second derivative.
 *
 * Arguments are variables, tensors or numbers. Of tensors and numbers alone, the derivative is a constant; if an
 * argument is a variable that requires gradients, the derivative depends on it and can be differentiated again.
 */
import { ArgumentError, type Operand, onesLike, stack, type Tensor, zerosLike } from "@polygrad/tensor";
import { callable, described, number, sameShape, show, someIntegers } from "@polygrad/tensor/internal";
import { GradientError } from "./errors.ts";
import { alias } from "./record.ts";
import { isRecording, withRecording } from "./recording.ts";
import { constant, Variable } from "./variable.ts";
import { dependsOnOthers, vectorJacobian } from "./walk.ts";

/** A differentiable function: it takes variables and returns a variable. */
export type Differentiable = (...inputs: Variable[]) => Variable;

/** A function evaluated once, and the backward pass from its result. */
interface Linearised {
  readonly y: Variable;
  /**
   * Whether y depends on variables that require gradients, other than those made here: then derivatives are recorded.
   */
  readonly open: boolean;
  /**
   * The gradients with respect to all arguments, from that of the result; zeros where the result does not depend on
   * one.
   */
  readonly pullback: (seed: Variable) => Variable[];
}

function linearise(operation: string, f: Differentiable, args: readonly Operand[]): Linearised {
  const sources = Array.from(args, (arg) => constant(arg));
  const inputs = sources.map(alias);
  const y = withRecording(true, () => f(...inputs));
  if (!(y instanceof Variable))
    throw new ArgumentError(`${operation}: the function must return a variable, not its value; got ${described(y)}`);
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
  // A result of constants alone is returned as a constant, without the record made for this derivative.
  return { y: open ? y : y.detach(), open, pullback };
}

/** With respect to which arguments to differentiate. */
type Which = number | readonly number[];

/** Argument number `index`, or what belongs to it. @throws GradientError if there is none */
function existing<T>(operation: string, items: readonly T[], index: number): T {
  if (!Number.isInteger(index) || index < 0 || index >= items.length)
    throw new GradientError(
      `${operation}: there is no argument ${index}: the function got ${items.length}; count them from 0`,
    );
  return items[index];
}

function checkFunction(operation: string, f: Differentiable, which: Which): void {
  callable(operation, "the function", f);
  someIntegers(operation, "which", which);
}

/** The one number that f returns, and its gradient. */
function scalarGradient(
  operation: string,
  f: Differentiable,
  which: Which,
  args: readonly Operand[],
): [Variable, Variable | Variable[]] {
  for (const index of typeof which === "number" ? [which] : which) existing(operation, args, index);
  const { y, pullback } = linearise(operation, f, args);
  if (y.size !== 1)
    throw new GradientError(
      `${operation}: the function must return one number, got shape ${show(y.shape)}; sum() it, or use jacobian`,
    );
  const gradients = pullback(constant(onesLike(y.value)));
  return [y, typeof which === "number" ? gradients[which] : which.map((index) => gradients[index])];
}

/**
 * The gradient of a function whose result is one number, with respect to one argument (by default the first) or
 * several.
 *
 * `grad(f)(x)` has the shape of x; `grad(f, [0, 2])(a, b, c)` is the pair of gradients with respect to a and c.
 * @returns a function of the same arguments as f. It throws a GradientError if the result of f has more than one
 * element or an argument does not exist, and an ArgumentError if f does not return a variable.
 * @throws ArgumentError if f is not a function, or `which` not an integer or a list of them
 */
export function grad(f: Differentiable, which?: number): (...args: Operand[]) => Variable;
export function grad(f: Differentiable, which: readonly number[]): (...args: Operand[]) => Variable[];
export function grad(f: Differentiable, which: Which = 0): (...args: Operand[]) => Variable | Variable[] {
  checkFunction("grad", f, which);
  return (...args) => scalarGradient("grad", f, which, args)[1];
}

/** The value of a function together with its gradient: like `grad`, without computing the function twice. */
export function valueAndGrad(f: Differentiable, which?: number): (...args: Operand[]) => [Variable, Variable];
export function valueAndGrad(
  f: Differentiable,
  which: readonly number[],
): (...args: Operand[]) => [Variable, Variable[]];
export function valueAndGrad(
  f: Differentiable,
  which: Which = 0,
): (...args: Operand[]) => [Variable, Variable | Variable[]] {
  checkFunction("valueAndGrad", f, which);
  return (...args) => scalarGradient("valueAndGrad", f, which, args);
}

/**
 * The value of f at `args`, and its vector-Jacobian product: a function from the gradient of some scalar with respect
 * to the value to its gradients with respect to all arguments. A number as the seed has no axes.
 * @throws ArgumentError if f is not a function or does not return a variable; the function throws a GradientError if
 * the seed has another shape
 */
export function vjp(f: Differentiable, ...args: Operand[]): [Variable, (seed: Operand) => Variable[]] {
  callable("vjp", "the function", f);
  existing("vjp", args, 0);
  const { y, pullback } = linearise("vjp", f, args);
  return [y, (seed) => pullback(constant(seed, y.value))];
}

/**
 * The value of f at `args`, and its derivative in the direction of `tangents`, which have the arguments' shapes.
 *
 * Computed by reverse mode twice: u -> J^T u is linear, and the gradient of <J^T u, tangent> with respect to u is J
 * tangent (J. Townsend 2017, "A new trick for calculating Jacobian vector products").
 * @throws GradientError if there is not one tangent for each argument, in its shape; ArgumentError if an argument is
 * of the wrong kind
 */
export function jvp(f: Differentiable, args: readonly Operand[], tangents: readonly Operand[]): [Variable, Variable] {
  callable("jvp", "the function", f);
  if (!Array.isArray(args) || !Array.isArray(tangents) || args.length === 0)
    throw new ArgumentError(
      `jvp: needs an array of arguments and one of tangents, got ${described(args)} and ${described(tangents)}`,
    );
  if (args.length !== tangents.length)
    throw new GradientError(`jvp: got ${args.length} arguments but ${tangents.length} tangents; pass one for each`);
  const { y, open, pullback } = linearise("jvp", f, args);
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

/**
 * All derivatives of f with respect to one argument x, by default the first: [...f(x).shape, ...x.shape].
 * @returns a function of the same arguments as f. It throws a GradientError if there is no such argument.
 * @throws ArgumentError if f is not a function, or `which` not an integer
 */
export function jacobian(f: Differentiable, which = 0): (...args: Operand[]) => Variable {
  callable("jacobian", "the function", f);
  number("jacobian", "which", which);
  return (...args) => {
    const x = constant(existing("jacobian", args, which));
    const { y, pullback } = linearise("jacobian", f, args);
    const rows = Array.from({ length: y.size }, (_, i) => pullback(constant(unit(y.value, i)))[which]);
    if (rows.length === 0) return constant(zerosLike(y.value)).reshape([...y.shape, ...x.shape]);
    return stack(rows).reshape([...y.shape, ...x.shape]);
  };
}

/** A tensor like another, with 1 at one position and 0 elsewhere. */
function unit(like: Tensor, position: number): Tensor {
  const seed = zerosLike(like);
  seed.data[position] = 1;
  return seed;
}

/**
 * All second derivatives of f, whose result is one number, with respect to one argument x, by default the first:
 * [...x.shape, ...x.shape].
 * @returns a function of the same arguments as f. It throws a GradientError if there is no such argument.
 * @throws ArgumentError if f is not a function, or `which` not an integer
 */
export function hessian(f: Differentiable, which = 0): (...args: Operand[]) => Variable {
  callable("hessian", "the function", f);
  number("hessian", "which", which);
  return jacobian((...inputs) => grad(f, which)(...inputs), which);
}
