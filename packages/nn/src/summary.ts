/** A model as a table: its layers, the shapes they give, their parameters. */
import { constant, noGrad, type Variable } from "@polygrad/autograd";
import { zeros } from "@polygrad/tensor";
import { type Layer, Module, namedModules, namedParameters } from "./module.ts";

/**
 * A table with a line for each layer: name, output shape ("batch" for the first axis), number of parameters; then their total.
 *
 * The shapes are found by running the model on zeros of `inputShape`, a shape without the batch; if it is not given, it
 * is taken from the first layer that says how many `inputs` it has.
 */
export function summary(model: Layer, inputShape?: readonly number[]): string {
  const layers = [...namedModules(model)].filter(([, layer]) => isLeaf(layer));
  const shapes = outputShapes(
    model,
    layers.map(([, layer]) => layer),
    inputShape ?? inferInput(layers),
  );
  const own = layers.map(([name, layer]) => [
    `${name === "" ? "" : `${name}: `}${layer.constructor.name}`,
    shapes.get(layer) ?? "?",
    count(layer).toLocaleString("en"),
  ]);
  const rows = [["layer", "output", "parameters"], ...own, ["total", "", count(model).toLocaleString("en")]];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map(
    ([layer, shape, parameters]) =>
      `${layer.padEnd(widths[0])}  ${shape.padEnd(widths[1])}  ${parameters.padStart(widths[2])}`,
  );
  const rule = "-".repeat(lines[0].length);
  return [lines[0], rule, ...lines.slice(1, -1), rule, ...lines.slice(-1)].join("\n");
}

function isLeaf(layer: Layer): boolean {
  return namedModules(layer).size === 1;
}

function count(layer: object): number {
  return [...namedParameters(layer).values()].reduce((sum, { size }) => sum + size, 0);
}

function inferInput(layers: readonly (readonly [string, Layer])[]): readonly number[] | undefined {
  for (const [, layer] of layers) if ("inputs" in layer && typeof layer.inputs === "number") return [layer.inputs];
  return undefined;
}

/** Runs the model once on a batch of one, with every layer's `forward` noting the shape it gives. */
function outputShapes(
  model: Layer,
  layers: readonly Layer[],
  inputShape: readonly number[] | undefined,
): Map<Layer, string> {
  const shapes = new Map<Layer, string>();
  if (inputShape === undefined) return shapes;
  const restore: (() => unknown)[] = [];
  try {
    for (const layer of namedModules(model).values()) {
      if (!(layer instanceof Module)) continue;
      const { training } = layer;
      restore.push(() => Object.assign(layer, { training }));
      layer.training = false;
    }
    for (const layer of layers)
      restore.push(watching(layer, ({ shape }) => shapes.set(layer, `[${["batch", ...shape.slice(1)].join(", ")}]`)));
    noGrad(() => model.forward(constant(zeros([1, ...inputShape]))));
  } finally {
    for (const undo of restore) undo();
  }
  return shapes;
}

/** Has `note` called with all that a layer's `forward` gives; returns what ends it. */
function watching(layer: Layer, note: (y: Variable) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(layer, "forward");
  const forward = layer.forward.bind(layer);
  layer.forward = (x) => {
    const y = forward(x);
    note(y);
    return y;
  };
  return () => {
    if (own) Object.defineProperty(layer, "forward", own);
    else Reflect.deleteProperty(layer, "forward");
  };
}
