/** Methods of `Variable`: every operation in the table becomes `x.operation(...)`, in types and in fact. */
import type { Tensor } from "@polygrad/tensor";
import { apply, type BackwardOptions, backward } from "./engine.ts";
import type { FusedOp, Op } from "./op.ts";
import * as operations from "./ops/index.ts";
import { asVariable, type Lift, Variable } from "./variable.ts";

/** For an op on (x, ...inputs) with options, the method (...inputs, ...options); other functions lose their first argument. */
type Fluent<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends
    | Op<readonly [Variable, ...infer In extends Variable[]], infer Options>
    | FusedOp<readonly [Variable, ...infer In extends Variable[]], infer Options>
    ? (...args: [...Lift<In>, ...Options]) => Variable
    : Table[Name] extends (x: Variable, ...rest: infer Rest) => infer Result
      ? (...rest: Rest) => Result
      : never;
};

declare module "./variable.ts" {
  interface Variable extends Fluent<typeof operations> {
    /**
     * Adds the gradients of this variable by all its leaves into their `grad`. The seed, a gradient of the variable's
     * shape, may be left out if it has one element.
     * @throws GradientError if the graph has been freed, wants no gradients, or the seed does not fit.
     */
    backward(seed?: Tensor, options?: BackwardOptions): void;
  }
}

/** The type of what follows is the mapped type above; the loop itself cannot be typed, so it goes through Reflect. */
for (const [name, operation] of Object.entries(operations)) {
  const count = typeof operation === "function" ? 1 : "vjp" in operation ? operation.vjp.length : operation.inputs;
  define(name, function (this: Variable, ...args: unknown[]) {
    if (typeof operation === "function") return Reflect.apply(operation, undefined, [this, ...args]);
    const inputs = [this, ...args.slice(0, count - 1).map((arg) => asVariable(name, arg, this.value))];
    return Reflect.apply(apply, undefined, [operation, inputs, args.slice(count - 1)]);
  });
}

define("backward", function (this: Variable, seed?: Tensor, options?: BackwardOptions) {
  backward(this, seed, options);
});

define("toString", function (this: Variable) {
  return `variable(${this.value.toString()})`;
});

// What Node's console.log shows.
define(Symbol.for("nodejs.util.inspect.custom"), function (this: Variable) {
  return this.toString();
});

function define(name: string | symbol, value: unknown): void {
  Object.defineProperty(Variable.prototype, name, { value, configurable: true, writable: true });
}
