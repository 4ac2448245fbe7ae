/** What the programs of cells can import. */
import * as autograd from "@polygrad/autograd";
import * as data from "@polygrad/data";
import * as formats from "@polygrad/formats";
import * as nn from "@polygrad/nn";
import * as tensor from "@polygrad/tensor";
import * as polygrad from "polygrad";
import * as expression from "../../packages/tensor/src/wasm/expression.ts";

/** A file of the book that exercises use is imported under its name there. */
const modules: Readonly<Record<string, object>> = {
  polygrad,
  "@polygrad/tensor": tensor,
  "@polygrad/autograd": autograd,
  "@polygrad/nn": nn,
  "@polygrad/data": data,
  "@polygrad/formats": formats,
  "tensor/wasm/expression.ts": expression,
};

/** What `import ... from "name"` gets. */
export function moduleOf(name: string): object {
  const module = modules[name];
  if (module === undefined)
    throw new Error(`import: a cell has no module "${name}"; it has ${Object.keys(modules).join(", ")}`);
  return module;
}
