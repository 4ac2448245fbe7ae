/**
 * Methods: each operation is a method of its first operand, in types and in fact.
 *
 * `x.polynomial(w)` is `polynomial(x, w)`. An editor shows the docstring of that function for the method, and its "go
 * to definition" leads to the function in `ops/`.
 */
import type { Numeric, Operand } from "./operand.ts";
import type { Binary, List, Listed, Pieces, Result, Ternary, Unary } from "./operation.ts";
import * as operations from "./ops/index.ts";
import * as own from "./ops/own.ts";
import { Tensor } from "./tensor.ts";

/** The type of the function `Call` as a method of `Self`, without the first argument. */
type Method<Call, Self extends Numeric> = Call extends Listed
  ? (...list: List) => Self
  : Call extends Pieces<infer Options>
    ? (...options: Options) => Self[]
    : Call extends Unary<infer Options>
      ? (...options: Options) => Self
      : Call extends Binary<infer Options>
        ? <B extends Operand>(b: B, ...options: Options) => Result<Self, B>
        : Call extends Ternary<infer Options>
          ? <B extends Operand, C extends Operand>(b: B, c: C, ...options: Options) => Result<Self, B, C>
          : Call extends (x: never, ...rest: infer Rest) => infer Returned
            ? (...rest: Rest) => Returned
            : never;

/** The methods that `Self` gets from a table of functions. */
type Methods<Table, Self extends Numeric> = { readonly [Name in keyof Table]: Method<Table[Name], Self> };

declare module "./operand.ts" {
  interface Numeric extends Methods<typeof operations, Numeric> {}
}

declare module "./tensor.ts" {
  interface Tensor extends Methods<typeof operations, Tensor>, Methods<typeof own, Tensor> {}
}

/** A table of functions. */
type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Makes each function of a table a method of a class. The function receives `this` as its first argument. */
function install(prototype: object, functions: Functions): void {
  for (const [name, call] of Object.entries(functions)) define(prototype, name, call);
}

function define(prototype: object, name: string | symbol, call: (...args: never[]) => unknown): void {
  Object.defineProperty(prototype, name, {
    value(...rest: unknown[]) {
      return Reflect.apply(call, undefined, [this, ...rest]);
    },
    configurable: true,
    writable: true,
  });
}

install(Tensor.prototype, operations);
install(Tensor.prototype, own);
// What Node's console.log shows.
define(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), own.toString);

/** The operations as methods of a class whose instances stand for tensors. */
export type OperationMethods<Self extends Numeric> = Methods<typeof operations, Self>;

/** Makes the operations methods of a class whose instances stand for tensors. */
export function installOperations(prototype: object): void {
  install(prototype, operations);
}
