/** The order in which to read the sources; a file may import only what stands earlier. order.test.ts holds them to it. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The packages, first to last, each with the ones it may import. */
export const packageOrder = {
  tensor: [],
  autograd: ["tensor"],
  nn: ["tensor", "autograd"],
  data: ["tensor"],
  parallel: ["tensor", "autograd", "nn", "data"],
  polygrad: ["tensor", "autograd", "nn", "data"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PackageName = keyof typeof packageOrder;

/** Every source file of each package, once, in the order in which a reader should meet them. */
export const readingOrder: Readonly<Record<PackageName, readonly string[]>> = {
  tensor: [
    // What a tensor is.
    "errors.ts",
    "floats.ts",
    "shape.ts",
    "simd.ts",
    "memory.ts",
    "storage.ts",
    "workspace.ts",
    "tensor.ts",
    "iterate.ts",
    "copy.ts",
    "view.ts",
    // Mathematics that gives the same bits everywhere, for numbers and for SIMD lanes alike.
    "math/arithmetic.ts",
    "math/exp.ts",
    "math/log.ts",
    "math/sigmoid.ts",
    "math/tanh.ts",
    "math/trig.ts",
    "math/pow.ts",
    "math/erf.ts",
    "math/gelu.ts",
    // Making tensors, and looking at them.
    "random.ts",
    "create.ts",
    "operand.ts",
    "compare.ts",
    "format.ts",
    // A small assembler.
    "wasm/encode.ts",
    "wasm/expression.ts",
    "wasm/function.ts",
    "wasm/module.ts",
    "wasm/doubles.ts",
    // Operations, each after the kernels it runs on.
    "kernels/scratch.ts",
    "kernels/pieces.ts",
    "kernels/elementwise.ts",
    "ops/elementwise.ts",
    "kernels/reduce.ts",
    "ops/reduce.ts",
    "ops/join.ts",
    "ops/rearrange.ts",
    "kernels/matmul/dot.ts",
    "kernels/matmul/outer.ts",
    "kernels/matmul/packed.ts",
    "ops/matmul.ts",
    "ops/linear.ts",
    "kernels/polynomial/forward.ts",
    "kernels/polynomial/inputs.ts",
    "kernels/polynomial/weights.ts",
    "kernels/polynomial/elementwise.ts",
    "ops/polynomial.ts",
    "kernels/quads.ts",
    "kernels/layer-norm.ts",
    "ops/normalise.ts",
    "kernels/cross-entropy.ts",
    "ops/cross-entropy.ts",
    // Operations become methods.
    "ops/index.ts",
    "fluent.ts",
    // What training needs besides: batches and updates in place.
    "kernels/rows.ts",
    "rows.ts",
    "kernels/update.ts",
    "update.ts",
    "threads.ts",
    "index.ts",
  ],
  autograd: [
    "errors.ts",
    "variable.ts",
    "op.ts",
    "sum-to.ts",
    "engine.ts",
    "ops/elementwise.ts",
    "ops/reduce.ts",
    "ops/movement.ts",
    "ops/join.ts",
    "ops/linalg.ts",
    "ops/fused.ts",
    "ops/index.ts",
    "fluent.ts",
    "transforms.ts",
    "check.ts",
    "custom.ts",
    "index.ts",
  ],
  nn: [
    "module.ts",
    "init.ts",
    "linear.ts",
    "polynomial.ts",
    "norm.ts",
    "activation.ts",
    "sequential.ts",
    "loss.ts",
    "optim/block.ts",
    "optim/optimiser.ts",
    "optim/sgd.ts",
    "optim/adam.ts",
    "optim/schedule.ts",
    "optim/clip.ts",
    "summary.ts",
    "index.ts",
  ],
  data: [
    "errors.ts",
    "gzip.ts",
    "idx.ts",
    "dataset.ts",
    "subset.ts",
    "loader.ts",
    "threads.ts",
    "mnist.ts",
    "index.ts",
    // These use the file system.
    "node/progress.ts",
    "node/file.ts",
    "node/download.ts",
    "node/locate.ts",
    "node/mnist.ts",
    "node.ts",
  ],
  parallel: [
    "recipe.ts",
    "options.ts",
    "protocol.ts",
    "shards.ts",
    "barrier.ts",
    "control.ts",
    "replica.ts",
    "worker.ts",
    "typescript.ts",
    "crew.ts",
    "trainer.ts",
    "index.ts",
  ],
  polygrad: ["index.ts", "node.ts"],
};

/** Type-only imports that may point forward: "package/file.ts -> file.ts", each with the reason. There are none. */
export const forwardTypes: ReadonlyMap<string, string> = new Map();

export const packageNames: readonly PackageName[] = ["tensor", "autograd", "nn", "data", "parallel", "polygrad"];

/** The name that other packages import it by. */
export function importName(name: PackageName): string {
  return name === "polygrad" ? name : `@polygrad/${name}`;
}

/** Where a package's sources lie. */
export function sourceDirectory(name: PackageName): string {
  return fileURLToPath(new URL(`../../${name}/src/`, import.meta.url));
}

/** A package's source files as they are on disk, in alphabetical order. */
export function sourceFiles(name: PackageName): string[] {
  const files = readdirSync(sourceDirectory(name), { recursive: true, encoding: "utf8" });
  return files
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts"))
    .sort();
}

export function readSource(name: PackageName, file: string): string {
  return readFileSync(sourceDirectory(name) + file, "utf8");
}

/** What a file is about: the first sentence of the comment it opens with; undefined if it opens with none. */
export function ideaOf(text: string): string | undefined {
  const [, comment] = text.match(/^\/\*\*([\s\S]*?)\*\//) ?? [];
  const [paragraph] = (comment ?? "")
    .replace(/^[ \t]*\*?[ \t]?/gm, "")
    .trim()
    .split(/\n\n/);
  const line = paragraph.replace(/\s+/g, " ").trim();
  // A full stop ends a sentence unless it follows an initial, as in "D. Hendrycks".
  const [sentence] = line.match(/^.*?(?<![\s(][A-Z])\.(?= [A-Z`(]|$)/) ?? [];
  return sentence;
}

export interface Import {
  readonly from: string;
  /** Whether it is erased when the types are. */
  readonly typeOnly: boolean;
}

/** What a source file imports or re-exports from elsewhere. */
export function importsOf(text: string): Import[] {
  // Statements begin at the left margin (the formatter sees to it), code in comments and templates does not.
  const statements = text.matchAll(/^(?:import|export)\b(?<type> type\b)?(?:[^;"]*\bfrom)? "(?<from>[^"]+)";/gm);
  const found = [...statements].map(({ groups }) => ({
    from: groups?.from ?? "",
    typeOnly: groups?.type !== undefined,
  }));
  const dynamic = [...text.matchAll(/\bimport\(\s*"([^"]+)"/g)].map(([, from]) => ({ from, typeOnly: false }));
  return [...found, ...dynamic];
}
