/** A model as a table: its layers, their output shapes, their numbers of parameters. */
import { constant, noGrad, type Variable } from "@polygrad/autograd";
import { ArgumentError, type Shape, ShapeError, zeros } from "@polygrad/tensor";
import { checkShape, described } from "@polygrad/tensor/internal";
import { Embedding } from "./embedding.ts";
import { type Input, inputOf, isLayer, type Layer, Module, namedModules } from "./module.ts";
import { namedParameters } from "./search.ts";

/** A layer with any number of inputs. */
interface Summarised {
  forward(...inputs: readonly Input[]): Variable;
}

/**
 * A table with one line for each layer: its name, its output shape ("batch" for the first axis) and its number of
 * parameters; then the total.
 *
 * To find the shapes, it runs the model on zeros of `inputShapes`: one shape for each input, without the batch. The
 * default is the number of `inputs` of the first layer that has such a field; if there is none, the shapes are "?".
 * @throws ArgumentError if the model has no method `forward`, or a shape is not an array; ShapeError if the model needs
 * more inputs than there are shapes, or the shapes do not fit the model
 */
export function summary(model: Summarised, ...inputShapes: readonly Shape[]): string {
  if (typeof model !== "object" || model === null || !isLayer(model))
    throw new ArgumentError(`summary: the model must have a method forward, got ${described(model)}`);
  for (const given of inputShapes) checkShape("summary", given);
  const layers = [...namedModules(model)].filter(([, layer]) => isLeaf(layer));
  const shapes = outputShapes(
    model,
    layers.map(([, layer]) => layer),
    inputShapes.length > 0 ? inputShapes : inferInput(layers),
  );
  const own = layers.map(([name, layer]) => [
    `${name === "" ? "" : `${name}: `}${layer.constructor?.name ?? "Object"}`,
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

/** The shape of the input of the first layer that says what it takes; undefined if that does not say enough. */
function inferInput(layers: readonly (readonly [string, Layer])[]): readonly Shape[] | undefined {
  for (const [, layer] of layers) {
    // What it takes are integers, of any shape.
    if (layer instanceof Embedding) return undefined;
    if ("inputs" in layer && typeof layer.inputs === "number") return [[layer.inputs]];
  }
  return undefined;
}

/** Runs the model once on a batch of one sample, and notes the shape that each layer's `forward` returns. */
function outputShapes(
  model: Summarised,
  layers: readonly Layer[],
  inputShapes: readonly Shape[] | undefined,
): Map<Layer, string> {
  const shapes = new Map<Layer, string>();
  if (inputShapes === undefined) return shapes;
  const takes = model.forward.length;
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
    const inputs = inputShapes.map((shape) => constant(zeros([1, ...shape])));
    noGrad(() => model.forward(...inputs));
  } catch (error) {
    // An input without a default counts here, but only the failure shows that it was needed.
    if (takes <= inputShapes.length || !(error instanceof Error)) throw error;
    const example = Array.from({ length: takes }, () => "[3]").join(", ");
    throw new ShapeError(
      `summary: the model takes ${takes} inputs, and fails with ${inputShapes.length} (${error.message}); ` +
        `pass the shape of each, without the batch: summary(model, ${example})`,
    );
  } finally {
    for (const undo of restore) undo();
  }
  return shapes;
}

/** Calls `note` with everything that a layer's `forward` returns; returns the function that ends this. */
function watching(layer: Summarised, note: (y: Variable) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(layer, "forward");
  const forward = layer.forward.bind(layer);
  layer.forward = (...inputs) => {
    const y = forward(...inputs);
    note(inputOf("summary", y, "the result of forward"));
    return y;
  };
  return () => {
    if (own) Object.defineProperty(layer, "forward", own);
    else Reflect.deleteProperty(layer, "forward");
  };
}
