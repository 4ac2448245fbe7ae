/** Methods: every operation that takes a tensor first becomes `x.operation(...)`, in types and in fact. */
import * as operations from "./ops/index.ts";
import { Tensor } from "./tensor.ts";

/** For each function (x: Tensor, ...rest) => y, the method (...rest) => y. */
type Methods<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (x: Tensor, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

declare module "./tensor.ts" {
  interface Tensor extends Methods<typeof operations> {}
}

const functions: Readonly<Record<string, (x: Tensor, ...rest: never[]) => unknown>> = operations;

for (const [name, operation] of Object.entries(functions))
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: never[]) {
      return operation(this, ...rest);
    },
    configurable: true,
    writable: true,
  });

// What Node's console.log shows.
Object.defineProperty(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Tensor) {
    return operations.toString(this);
  },
});
