/** Methods of `Variable`: the operations of `@polygrad/tensor`, which a variable computes on its value and records. */
import type { Tensor } from "@polygrad/tensor";
import { installOperations, OPERATE, type Operation, type OperationMethods } from "@polygrad/tensor/internal";
import { type BackwardOptions, backward } from "./backward.ts";
import { GradientError } from "./errors.ts";
import { apply } from "./record.ts";
import type { Derivative } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { Variable } from "./variable.ts";

declare module "./variable.ts" {
  interface Variable extends OperationMethods<Variable> {
    /** How operations reach a variable: it computes them and records them with their rules. */
    [OPERATE](operation: Operation, args: readonly unknown[]): Variable;
    /**
     * Adds the gradients of this variable with respect to all its leaves to their `grad`. The seed, the gradient of
     * some scalar with respect to this variable, has its shape; it defaults to 1 if the variable has one element.
     * @throws GradientError if the graph has been freed or requires no gradients, or the seed is missing or of another
     * shape
     */
    backward(seed?: Tensor, options?: BackwardOptions): void;
  }
}

const derivatives: Readonly<Record<string, Derivative>> = rules;

/** The interface above gives these methods their types. */
installOperations(Variable.prototype);

define(OPERATE, function (this: Variable, operation: Operation, args: readonly unknown[]) {
  const derivative = derivatives[operation.name];
  if (derivative === undefined)
    throw new GradientError(`${operation.name}: has no rule for its gradient; make the operation with custom()`);
  return apply(operation, derivative, args);
});

define("backward", function (this: Variable, seed?: Tensor, options?: BackwardOptions) {
  backward(this, seed, options);
});

// What Node's console.log shows.
define(Symbol.for("nodejs.util.inspect.custom"), function (this: Variable) {
  return this.toString();
});

function define(name: string | symbol, value: unknown): void {
  Object.defineProperty(Variable.prototype, name, { value, configurable: true, writable: true });
}
