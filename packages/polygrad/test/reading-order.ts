/** The order in which to read the sources. A file may import only files before it, which order.test.ts checks. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The packages from first to last, each with the packages that it may import. */
export const packageOrder = {
  tensor: [],
  autograd: ["tensor"],
  nn: ["tensor", "autograd"],
  data: ["tensor"],
  formats: ["tensor", "autograd", "nn", "data"],
  parallel: ["tensor", "autograd", "nn", "data", "formats"],
  sweep: ["tensor", "autograd", "nn", "data", "formats", "parallel"],
  polygrad: ["tensor", "autograd", "nn", "data"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PackageName = keyof typeof packageOrder;

/** Files of a package that belong together, with a title. */
export interface Chapter {
  readonly title: string;
  readonly files: readonly string[];
}

/** Every source file of each package, once, in the order in which one should read them. */
export const chapters: Readonly<Record<PackageName, readonly Chapter[]>> = {
  tensor: [
    {
      title: "what a tensor is",
      files: [
        "errors.ts",
        "arguments.ts",
        "floats.ts",
        "shape.ts",
        "wasm/simd.ts",
        "memory/heap.ts",
        "tape/current.ts",
        "memory/version.ts",
        "memory/storage.ts",
        "tensor.ts",
        "walk.ts",
        "elements.ts",
        "copy.ts",
      ],
    },
    {
      title: "mathematics",
      files: [
        "math/arithmetic.ts",
        "math/exp.ts",
        "math/log.ts",
        "math/sigmoid.ts",
        "math/tanh.ts",
        "math/basis.ts",
        "math/hyperbolic.ts",
        "math/trig.ts",
        "math/arctan.ts",
        "math/pow.ts",
        "math/erf.ts",
        "math/gelu.ts",
        "math/philox.ts",
      ],
    },
    { title: "making tensors", files: ["random.ts", "create.ts", "fill.ts", "draw.ts", "pin.ts"] },
    {
      title: "a small assembler",
      files: [
        "wasm/encode.ts",
        "wasm/expression.ts",
        "wasm/vectors.ts",
        "wasm/function.ts",
        "wasm/module.ts",
        "wasm/lanes.ts",
      ],
    },
    {
      title: "kernels",
      files: [
        "memory/workspace.ts",
        "memory/scratch.ts",
        "kernels/kernel.ts",
        "kernels/operands.ts",
        "kernels/call.ts",
        "kernels/launch.ts",
        "kernels/pieces.ts",
        "kernels/elementwise.ts",
        "kernels/reduce.ts",
        "kernels/sums.ts",
        "kernels/row-sums.ts",
        "kernels/matmul/flat.ts",
        "kernels/matmul/packed.ts",
        "kernels/polynomial/forward.ts",
        "kernels/polynomial/inputs.ts",
        "kernels/polynomial/weights.ts",
        "kernels/polynomial/elementwise.ts",
        "kernels/zeros/lists.ts",
        "kernels/zeros/bytes.ts",
        "kernels/zeros/floats.ts",
        "kernels/zeros/forward.ts",
        "kernels/zeros/weights.ts",
        "kernels/basis/columns.ts",
        "kernels/basis/lists.ts",
        "kernels/basis/biases.ts",
        "kernels/basis/forward.ts",
        "kernels/basis/weights.ts",
        "kernels/basis/inputs.ts",
        "kernels/basis/elementwise.ts",
        "kernels/spline/local.ts",
        "kernels/spline/twin.ts",
        "kernels/spline/rows.ts",
        "kernels/spline/entries.ts",
        "kernels/spline/lists.ts",
        "kernels/spline/forward.ts",
        "kernels/spline/weights.ts",
        "kernels/spline/inputs.ts",
        "kernels/row.ts",
        "kernels/row-lanes.ts",
        "kernels/row-wise.ts",
        "kernels/layer-norm.ts",
        "kernels/cross-entropy.ts",
        "kernels/gather.ts",
        "kernels/dropout-mask.ts",
        "kernels/accumulate.ts",
        "kernels/update.ts",
      ],
    },
    {
      title: "operations",
      files: [
        "operand.ts",
        "parameters.ts",
        "operation.ts",
        "reading.ts",
        "ops/view.ts",
        "ops/axes.ts",
        "ops/map.ts",
        "ops/elementwise.ts",
        "ops/functions.ts",
        "ops/reduce.ts",
        "ops/others.ts",
        "ops/statistics.ts",
        "ops/softmax.ts",
        "ops/indices.ts",
        "ops/rearrange.ts",
        "ops/order.ts",
        "ops/products.ts",
        "ops/matmul.ts",
        "ops/picked.ts",
        "ops/zeros.ts",
        "ops/linear.ts",
        "ops/edges.ts",
        "ops/join.ts",
        "ops/basis.ts",
        "ops/polynomial.ts",
        "ops/knots.ts",
        "ops/spline.ts",
        "ops/layer-norm.ts",
        "ops/cross-entropy.ts",
        "ops/gradients.ts",
        "ops/spline-gradients.ts",
        "ops/reading.ts",
        "ops/format.ts",
      ],
    },
    { title: "methods", files: ["ops/index.ts", "ops/own.ts", "methods.ts"] },
    {
      title: "training and threads",
      files: [
        "ops/einsum.ts",
        "ops/rows.ts",
        "ops/prepared.ts",
        "ops/update.ts",
        "ops/dropout-mask.ts",
        "memory/threads.ts",
      ],
    },
    {
      title: "tapes",
      files: [
        "tape/tape.ts",
        "tape/arena.ts",
        "tape/given.ts",
        "tape/places.ts",
        "tape/launch.ts",
        "tape/taping.ts",
        "index.ts",
        "internal.ts",
      ],
    },
  ],
  autograd: [
    {
      title: "variables and the walk",
      files: [
        "errors.ts",
        "recording.ts",
        "variable.ts",
        "rule.ts",
        "unchanged.ts",
        "walk.ts",
        "watcher.ts",
        "record.ts",
        "backward.ts",
      ],
    },
    {
      title: "rules",
      files: [
        "rules/elementwise.ts",
        "rules/functions.ts",
        "rules/reduce.ts",
        "rules/movement.ts",
        "rules/join.ts",
        "rules/matmul.ts",
        "rules/fused.ts",
        "rules/index.ts",
      ],
    },
    {
      title: "methods and transforms",
      files: ["methods.ts", "transforms.ts", "gradients.ts", "check.ts", "custom.ts"],
    },
    {
      title: "capture",
      files: ["capture/arguments.ts", "capture/results.ts", "capture/capture.ts", "index.ts", "internal.ts"],
    },
  ],
  nn: [
    {
      title: "modules and layers",
      files: [
        "checks.ts",
        "search.ts",
        "buffer.ts",
        "state.ts",
        "module.ts",
        "init.ts",
        "weight.ts",
        "linear.ts",
        "variance-preserving.ts",
        "polynomial-options.ts",
        "polynomial.ts",
        "knots.ts",
        "spline.ts",
        "radial-basis.ts",
        "layer-norm.ts",
        "tracking.ts",
        "batch-norm.ts",
        "activation.ts",
        "dropout.ts",
        "saved-numbers.ts",
        "random-state.ts",
        "embedding.ts",
        "sequential.ts",
      ],
    },
    { title: "losses", files: ["loss.ts", "regression-loss.ts", "probability-loss.ts"] },
    {
      title: "optimisers",
      files: [
        "optim/parameters.ts",
        "optim/group.ts",
        "optim/slot.ts",
        "optim/entry.ts",
        "optim/saved.ts",
        "optim/optimiser.ts",
        "optim/sgd.ts",
        "optim/adam.ts",
        "optim/rmsprop.ts",
        "optim/lion.ts",
        "optim/schedule.ts",
        "optim/plateau.ts",
        "optim/clip.ts",
        "optim/average.ts",
      ],
    },
    {
      title: "metrics",
      files: [
        "early-stopping.ts",
        "metrics/metric.ts",
        "metrics/accuracy.ts",
        "metrics/confusion-matrix.ts",
        "metrics/mean-error.ts",
        "metrics/r2.ts",
        "metrics/state.ts",
      ],
    },
    {
      title: "pruning",
      files: ["prune/functions.ts", "prune/edges.ts", "prune/settings.ts", "prune/pruning.ts", "prune/prune.ts"],
    },
    { title: "summary", files: ["summary.ts", "index.ts", "internal.ts"] },
  ],
  data: [
    {
      title: "files and datasets",
      files: [
        "errors.ts",
        "gzip.ts",
        "idx.ts",
        "targets.ts",
        "dataset.ts",
        "in-memory.ts",
        "subset.ts",
        "split.ts",
        "batch.ts",
        "position.ts",
        "loader.ts",
        "threads.ts",
        "mnist.ts",
      ],
    },
    {
      title: "tables",
      files: [
        "standardise.ts",
        "table/pieces.ts",
        "table/parser.ts",
        "table/column.ts",
        "table/growing.ts",
        "table/builder.ts",
        "table/records.ts",
        "table/features.ts",
        "table/inputs.ts",
        "table/table.ts",
        "table/csv.ts",
        "index.ts",
        "internal.ts",
      ],
    },
    {
      title: "with a file system",
      files: [
        "node/progress.ts",
        "node/file.ts",
        "node/download.ts",
        "node/locate.ts",
        "node/read.ts",
        "node/mnist.ts",
        "node/csv.ts",
        "node.ts",
      ],
    },
  ],
  formats: [
    {
      title: "files of tensors",
      files: [
        "errors.ts",
        "bytes.ts",
        "safetensors/small-floats.ts",
        "safetensors/elements.ts",
        "json.ts",
        "names.ts",
        "safetensors/values.ts",
        "safetensors/header.ts",
        "safetensors/encode.ts",
        "safetensors/parse.ts",
        "weights.ts",
        "state/values.ts",
        "state/state.ts",
      ],
    },
    {
      title: "files of NumPy",
      files: [
        "zip/crc32.ts",
        "zip/path.ts",
        "zip/directory.ts",
        "zip/inflate.ts",
        "zip/archive.ts",
        "zip/write.ts",
        "numpy/dtypes.ts",
        "numpy/literal.ts",
        "numpy/header.ts",
        "numpy/npy.ts",
        "numpy/npz.ts",
      ],
    },
    {
      title: "files of PyTorch",
      files: [
        "torch/values.ts",
        "torch/globals.ts",
        "torch/machine.ts",
        "torch/pickle.ts",
        "torch/flatten.ts",
        "torch/storages.ts",
        "torch/container.ts",
        "torch/read.ts",
        "torch/layouts.ts",
        "torch/match.ts",
        "torch/load.ts",
      ],
    },
    {
      title: "formulas",
      files: [
        "network/steps.ts",
        "network/network.ts",
        "formula/bases.ts",
        "formula/expression.ts",
        "formula/rounding.ts",
        "formula/print.ts",
        "formula/latex.ts",
        "formula/typescript.ts",
        "formula/layers.ts",
        "formula/polynomials.ts",
        "formula/expand.ts",
        "formula/written.ts",
        "formula/formula.ts",
      ],
    },
    {
      title: "architectures",
      files: [
        "architecture/layers.ts",
        "architecture/architecture.ts",
        "architecture/model-file.ts",
        "architecture/weights.ts",
        "architecture/order.ts",
        "architecture/between.ts",
        "architecture/guess.ts",
      ],
    },
    {
      title: "sources",
      files: [
        "source/code.ts",
        "source/language.ts",
        "source/sums.ts",
        "source/bases.ts",
        "source/splines.ts",
        "source/edges.ts",
        "source/normalisations.ts",
        "source/softmax.ts",
        "source/gelu.ts",
        "source/activations.ts",
        "source/layers.ts",
        "source/dialect.ts",
        "source/writer.ts",
        "source/lines.ts",
        "source/braces.ts",
        "source/typescript.ts",
        "source/c.ts",
        "source/python.ts",
        "source/glsl.ts",
        "source/to-source.ts",
      ],
    },
    {
      title: "ONNX",
      files: [
        "version.ts",
        "protobuf/write.ts",
        "onnx/fields.ts",
        "onnx/graph-writer.ts",
        "onnx/steps/linear.ts",
        "onnx/steps/activations.ts",
        "onnx/steps/normalisations.ts",
        "onnx/steps/polynomials.ts",
        "onnx/steps/edges.ts",
        "onnx/steps/embedding.ts",
        "onnx/steps/step.ts",
        "onnx/to-onnx.ts",
        "protobuf/read.ts",
        "onnx/tensor-proto.ts",
        "onnx/parse.ts",
        "onnx/value.ts",
        "onnx/node-reader.ts",
        "onnx/operators/define.ts",
        "onnx/operators/elementwise.ts",
        "onnx/operators/reductions.ts",
        "onnx/operators/layers.ts",
        "onnx/operators/shapes.ts",
        "onnx/operators/index.ts",
        "onnx/plan.ts",
        "onnx/sequential/written.ts",
        "onnx/sequential/patterns.ts",
        "onnx/sequential/forms.ts",
        "onnx/sequential/chain.ts",
        "onnx/sequential/as-sequential.ts",
        "onnx/onnx-model.ts",
        "onnx/from-onnx.ts",
      ],
    },
    {
      title: "graphs",
      files: [
        "graph/figures.ts",
        "graph/named.ts",
        "graph/drawing.ts",
        "graph/dot.ts",
        "graph/mermaid.ts",
        "graph/drawn.ts",
        "graph/frames.ts",
        "graph/record.ts",
        "graph/clusters.ts",
        "graph/option-texts.ts",
        "graph/graph.ts",
      ],
    },
    {
      title: "trackers",
      files: ["tensorboard/tracker.ts", "tensorboard/crc.ts", "tensorboard/histogram.ts", "tensorboard/events.ts"],
    },
    {
      title: "command",
      files: [
        "index.ts",
        "node/files.ts",
        "node/numpy.ts",
        "node/state.ts",
        "node/tensorboard.ts",
        "node.ts",
        "command/usage.ts",
        "command/contents.ts",
        "command/inspect.ts",
        "command/network.ts",
        "command/convert.ts",
        "command/main.ts",
        "bin.ts",
      ],
    },
  ],
  parallel: [
    {
      title: "what is agreed",
      files: [
        "recipe.ts",
        "options.ts",
        "check-options.ts",
        "results.ts",
        "figures.ts",
        "groups.ts",
        "flat.ts",
        "shared.ts",
        "optimiser-state.ts",
        "protocol.ts",
        "shards.ts",
        "independence.ts",
      ],
    },
    {
      title: "workers",
      files: [
        "barrier.ts",
        "control.ts",
        "shard-step.ts",
        "norm.ts",
        "slices.ts",
        "rest.ts",
        "evaluator.ts",
        "replica.ts",
        "worker.ts",
        "crew.ts",
      ],
    },
    {
      title: "checkpoints",
      files: [
        "checkpoint/errors.ts",
        "checkpoint/json.ts",
        "checkpoint/checksum.ts",
        "checkpoint/identity.ts",
        "checkpoint/exact.ts",
        "checkpoint/state.ts",
        "checkpoint/file.ts",
        "checkpoint/tensors.ts",
        "checkpoint/directory.ts",
        "checkpoint/checkpoints.ts",
        "checkpoint/open.ts",
      ],
    },
    {
      title: "training",
      files: ["host.ts", "stopping.ts", "undo.ts", "session.ts", "run.ts", "trainer.ts"],
    },
    {
      title: "in Node",
      files: [
        "node/recipe.ts",
        "node/typescript.ts",
        "node/thread.ts",
        "node/crew.ts",
        "node/host.ts",
        "node/data-parallel.ts",
        "node/serve.ts",
        "index.ts",
        "internal.ts",
      ],
    },
    {
      title: "in browsers",
      files: [
        "browser/messages.ts",
        "browser/mirror.ts",
        "browser/serve.ts",
        "browser/thread.ts",
        "browser/crew.ts",
        "browser/host.ts",
        "browser/data-parallel.ts",
        "browser.ts",
        "browser/isolation.ts",
      ],
    },
  ],
  sweep: [
    { title: "what a run is", files: ["job.ts", "engine.ts"] },
    {
      title: "which runs there are",
      files: ["range.ts", "grid.ts", "distributions.ts", "random.ts", "schedule.ts", "asha.ts"],
    },
    {
      title: "doing one",
      files: ["execute.ts", "messages.ts", "observed.ts", "child.ts", "process.ts", "local.ts"],
    },
    { title: "what its result depends on", files: ["modules.ts", "fingerprint.ts", "key.ts", "data.ts"] },
    { title: "results", files: ["lock.ts", "results.ts", "report.ts"] },
    { title: "progress", files: ["status.ts", "progress.ts", "table.ts"] },
    {
      title: "on many machines",
      files: [
        "verify.ts",
        "bullmq/address.ts",
        "bullmq/queue-name.ts",
        "bullmq/libraries.ts",
        "bullmq/connection.ts",
        "bullmq/payload.ts",
        "bullmq/workers.ts",
        "bullmq/codes.ts",
        "bullmq/pending.ts",
        "bullmq/presence.ts",
        "bullmq/session.ts",
        "bullmq/engine.ts",
        "bullmq/desk.ts",
        "bullmq/worker.ts",
        "bullmq/dead-letters.ts",
      ],
    },
    {
      title: "a sweep",
      files: ["signals.ts", "options.ts", "plan.ts", "work.ts", "sweep.ts", "index.ts", "internal.ts"],
    },
  ],
  polygrad: [{ title: "the umbrella", files: ["index.ts", "node.ts"] }],
};

/** The same order without chapters. */
export const readingOrder: Readonly<Record<PackageName, readonly string[]>> = {
  tensor: filesOf("tensor"),
  autograd: filesOf("autograd"),
  nn: filesOf("nn"),
  data: filesOf("data"),
  formats: filesOf("formats"),
  parallel: filesOf("parallel"),
  sweep: filesOf("sweep"),
  polygrad: filesOf("polygrad"),
};

function filesOf(name: PackageName): readonly string[] {
  return chapters[name].flatMap(({ files }) => files);
}

/** Type-only imports of later files that are allowed: "package/file.ts -> file.ts", with the reason. */
export const forwardTypes: ReadonlyMap<string, string> = new Map([
  ["tensor/tape/current.ts -> tape/tape.ts", "programs that capture nothing do not contain tapes"],
  ["tensor/tape/current.ts -> tape/taping.ts", "programs that capture nothing do not contain tapes"],
]);

export const packageNames: readonly PackageName[] = [
  "tensor",
  "autograd",
  "nn",
  "data",
  "formats",
  "parallel",
  "sweep",
  "polygrad",
];

/** The name by which other packages import a package. */
export function importName(name: PackageName): string {
  return name === "polygrad" ? name : `@polygrad/${name}`;
}

/** The directory of a package's sources, with a slash at the end. */
export function sourceDirectory(name: PackageName): string {
  return fileURLToPath(new URL(`../../${name}/src/`, import.meta.url));
}

/** The source files of a package on disk, in alphabetical order. */
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

/** The first sentence of the comment at the start of a file; undefined without one. */
export function ideaOf(text: string): string | undefined {
  const [, comment] = text.match(/^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//) ?? [];
  const [paragraph] = (comment ?? "")
    .replace(/^[ \t]*\*?[ \t]?/gm, "")
    .trim()
    .split(/\n\n/);
  const line = paragraph.replace(/\s+/g, " ").trim();
  // A full stop ends a sentence, unless it follows an initial, as in "D. Hendrycks".
  const [sentence] = line.match(/^.*?(?<![\s(][A-Z])\.(?= [A-Z`(]|$)/) ?? [];
  return sentence;
}

export interface Import {
  readonly from: string;
  /** Whether it disappears when types are erased. */
  readonly typeOnly: boolean;
}

/** The imports and re-exports of a source file. */
export function importsOf(text: string): Import[] {
  // The formatter puts statements at the left margin. Code in comments and templates is indented.
  const statements = text.matchAll(/^(?:import|export)\b(?<type> type\b)?(?:[^;"]*\bfrom)? "(?<from>[^"]+)";/gm);
  const found = [...statements].map(({ groups }) => ({
    from: groups?.from ?? "",
    typeOnly: groups?.type !== undefined,
  }));
  const dynamic = [...text.matchAll(/\bimport\(\s*"([^"]+)"/g)].map(([, from]) => ({ from, typeOnly: false }));
  return [...found, ...dynamic];
}
