/** What the programs of cells can import. */
import * as autograd from "@polygrad/autograd";
import * as data from "@polygrad/data";
import * as formats from "@polygrad/formats";
import * as nn from "@polygrad/nn";
import * as tensor from "@polygrad/tensor";
import * as polygrad from "polygrad";
import * as floats from "../../packages/tensor/src/floats.ts";
import * as elementwise from "../../packages/tensor/src/kernels/elementwise.ts";
import * as launch from "../../packages/tensor/src/kernels/launch.ts";
import * as expression from "../../packages/tensor/src/wasm/expression.ts";

/** Files of the book that exercises use are imported under their names there. */
const modules: Readonly<Record<string, object>> = {
  polygrad,
  "@polygrad/tensor": tensor,
  "@polygrad/autograd": autograd,
  "@polygrad/nn": nn,
  "@polygrad/data": data,
  "@polygrad/formats": formats,
  "tensor/floats.ts": floats,
  "tensor/kernels/elementwise.ts": elementwise,
  "tensor/kernels/launch.ts": launch,
  "tensor/wasm/expression.ts": expression,
};

/** What `import ... from "name"` gets. */
export function moduleOf(name: string): object {
  const module = modules[name];
  if (module === undefined)
    throw new Error(`import: a cell has no module "${name}"; it has ${Object.keys(modules).join(", ")}`);
  return module;
}
