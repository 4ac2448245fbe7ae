/** A model as a table: its layers, their output shapes, their numbers of parameters. */
import { constant, noGrad, type Variable } from "@polygrad/autograd";
import { zeros } from "@polygrad/tensor";
import { type Layer, Module, namedModules, namedParameters } from "./module.ts";

/**
 * A table with one line for each layer: its name, its output shape ("batch" for the first axis) and its number of
 * parameters; then the total.
 *
 * To find the shapes, it runs the model on zeros of `inputShape`, a shape without the batch. The default is the number
 * of `inputs` of the first layer that has such a field; if there is none, the shapes are "?".
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

/** Runs the model once on a batch of one sample, and notes the shape that each layer's `forward` returns. */
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

/** Calls `note` with everything that a layer's `forward` returns; returns the function that ends this. */
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
