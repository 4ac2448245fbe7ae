/**
 * Update kernels: one step of an optimiser over flat float32 arrays, in place.
 *
 * An update reads the gradient, reads and writes the parameters and up to two arrays of state, element by element.
 * Every operation rounds to float32, in the twin as in the lanes.
 */
import { BYTES, type Floats, LANES } from "../floats.ts";
import { type Expr, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { Local } from "../wasm/function.ts";
import { type Kernel, kernel } from "../wasm/module.ts";

/** What an update is written over: float32 numbers, or four lanes of them. */
export interface Singles<T> {
  readonly add: (a: T, b: T) => T;
  readonly sub: (a: T, b: T) => T;
  readonly mul: (a: T, b: T) => T;
  readonly div: (a: T, b: T) => T;
  readonly sqrt: (a: T) => T;
}

/** New values of (parameter, state ...) from their old ones, the gradient and the scalars, in that order. */
export interface Update {
  readonly name: string;
  /** How many arrays of state there are, and how many scalars. */
  readonly states: number;
  readonly scalars: number;
  readonly rule: <T>(m: Singles<T>, values: readonly T[], gradient: T, scalars: readonly T[]) => T[];
}

const rounded: Singles<number> = {
  add: (a, b) => Math.fround(a + b),
  sub: (a, b) => Math.fround(a - b),
  mul: (a, b) => Math.fround(a * b),
  div: (a, b) => Math.fround(a / b),
  sqrt: (a) => Math.fround(Math.sqrt(a)),
};

/** Rules may share a name, and users bring their own: each has a kernel for itself. */
const numbersOfRules = new WeakMap<Update, number>();
let rules = 0;

function numberOf(update: Update): number {
  const known = numbersOfRules.get(update);
  if (known !== undefined) return known;
  numbersOfRules.set(update, rules);
  return rules++;
}

/** Parameters: the addresses of parameters, states and gradient; the length in bytes; the scalars. */
export function updateSimd(update: Update): Kernel {
  const { states, scalars, rule } = update;
  return kernel(`update ${numberOf(update)}`, (f) => {
    const arrays = Array.from({ length: 1 + states }, () => f.parameter("i32"));
    const [gradient, length] = [f.parameter("i32"), f.parameter("i32")];
    const given = Array.from({ length: scalars }, () => f.parameter("f32"));
    const constants = given.map((scalar) => f.let(f32x4.splat(scalar)));
    const at = f.local("i32");
    const whole = f.let(i32.and(length, -LANES * BYTES));
    const step = (lanes: number) => {
      const load = (base: Local<"i32">): Expr<"v128"> =>
        f.let(lanes === LANES ? v128.load(i32.add(base, at)) : v128.loadFirst(i32.add(base, at)));
      const results = rule<Expr<"v128">>(lettings(f), arrays.map(load), load(gradient), constants);
      for (const [k, result] of results.entries()) f.storeVector(i32.add(arrays[k], at), 0, result, lanes);
    };
    f.for(at, 0, whole, LANES * BYTES, () => step(LANES));
    f.for(at, whole, length, BYTES, () => step(1));
  });
}

/** The lanes' operations, every result in a local, so that a value used twice is computed once. */
function lettings(f: { let(value: Expr<"v128">): Expr<"v128"> }): Singles<Expr<"v128">> {
  return {
    add: (a, b) => f.let(f32x4.add(a, b)),
    sub: (a, b) => f.let(f32x4.sub(a, b)),
    mul: (a, b) => f.let(f32x4.mul(a, b)),
    div: (a, b) => f.let(f32x4.div(a, b)),
    sqrt: (a) => f.let(f32x4.sqrt(a)),
  };
}

/** The twin. */
export function updatePlain(
  { rule }: Update,
  arrays: readonly Floats[],
  gradient: Floats,
  scalars: readonly number[],
): void {
  const constants = scalars.map(Math.fround);
  for (let i = 0; i < gradient.length; i++) {
    const results = rule(
      rounded,
      arrays.map((array) => array[i]),
      gradient[i],
      constants,
    );
    for (let k = 0; k < results.length; k++) arrays[k][i] = results[k];
  }
}
