/** `graph`: draws how a value was computed. Read drawing.ts, frames.ts and record.ts first. */
import { GradientError, Variable } from "@polygrad/autograd";
import { ArgumentError, Tensor } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, described, either, flag, show } from "@polygrad/tensor/internal";
import { recordOf, texts } from "../names.ts";
import { clustersOf } from "./clusters.ts";
import type { GraphEdge, GraphNode, GraphNodeKind } from "./drawing.ts";
import { Graph } from "./drawn.ts";
import { figuresOf } from "./figures.ts";
import { type Frame, framesDuring, framesOfParameters } from "./frames.ts";
import { Names } from "./named.ts";
import { optionTexts } from "./option-texts.ts";
import { Trace } from "./record.ts";

/** Options of a drawing. */
export interface GraphOptions {
  /** The model: its parameters and buffers have their names, and what its modules compute lies in clusters. */
  readonly model?: object;
  /** Names of other values, such as inputs: `{ x, y }`. */
  readonly names?: Readonly<Record<string, Variable | Tensor>>;
  /** Whether to show the values; false by default. Scalar constants always show theirs. */
  readonly values?: boolean;
  /** Whether to show the gradients of the output, which must be one number; false by default. */
  readonly gradients?: boolean;
  /** Whether to show what fused operations are composed of: all of them, or those of some names; false by default. */
  readonly unfold?: boolean | readonly string[];
}

const isObject: Check = (operation, what, value) => {
  if (typeof value !== "object" || value === null)
    throw new ArgumentError(
      `${operation}: ${what} must be an object with layers in its fields, got ${described(value)}`,
    );
};

const nameable: Check = (operation, what, value) => {
  if (!(value instanceof Variable) && !(value instanceof Tensor))
    throw new ArgumentError(`${operation}: ${what} must be a variable or a tensor, got ${described(value)}`);
};

const known: Checks<GraphOptions> = {
  model: isObject,
  names: recordOf("an object such as { x, y }", nameable),
  values: flag,
  gradients: flag,
  unfold: either("true, false or an array of names of operations", flag, texts),
};

/**
 * Draws how a value was computed. Given a variable, it reads the variable's record. Given a function that returns one, it
 * runs the function, and knows more: which call of which module of `model` each operation is part of, and operations that
 * no gradient flows through, such as those of frozen layers.
 *
 *     const drawing = graph(() => crossEntropy(model.forward(x), labels), { model, names: { x } });
 *     console.log(drawing.toMermaid());
 *
 * It leaves every `grad` alone, and the record can still be used.
 * @throws GradientError if the record has been freed, there is none, or `gradients` are asked of a result that has none or
 * is not one number; ArgumentError if an argument is of the wrong kind, or the function does not return a variable
 */
export function graph(output: Variable | (() => Variable), options: GraphOptions = {}): Graph {
  checkOptions("graph", options, known);
  const { model, names: given = {}, values = false, gradients = false, unfold = false } = options;
  const names = new Names(model, given);
  const { root, frameOf } = rootOf(output, names);
  const isUnfolded = (op: string) => (typeof unfold === "boolean" ? unfold : unfold.includes(op));
  const trace = new Trace(root, isUnfolded, frameOf);
  const slopes = gradients ? trace.gradients(checkScalar(root)) : undefined;
  const last = trace.shown(root);

  const ids = new Map(trace.order.map((y, k) => [y, `n${k}`]));
  const idOf = (y: Variable) => ids.get(y) ?? "";
  const edges = trace.order.flatMap((y) =>
    trace
      .operandsOf(y)
      .map((from, operand): GraphEdge => ({ from: idOf(from), to: idOf(y), operand, shape: from.shape })),
  );
  const { clusters, clusterOf } = clustersOf(trace, names);
  const nodes = trace.order.map((y): GraphNode => {
    const named = names.of(trace.folded(y)) ?? names.of(y);
    const { node } = y;
    const recorded = typeof node === "object" ? node : undefined;
    const leafKind: GraphNodeKind = named?.kind ?? (y.requiresGrad ? "input" : "constant");
    const slope = slopes?.get(trace.folded(y)) ?? slopes?.get(y);
    const isNumber = leafKind === "constant" && recorded === undefined && y.size === 1;
    return {
      id: idOf(y),
      kind: recorded === undefined ? leafKind : y === last ? "output" : "operation",
      name: named?.name,
      op: recorded?.name,
      options: recorded === undefined ? [] : optionTexts(recorded.name, recorded.options),
      shape: y.shape,
      value: values || isNumber ? figuresOf(y.value) : undefined,
      gradient: slope && figuresOf(slope),
      cluster: clusterOf(y),
    };
  });
  return new Graph({ nodes, edges, clusters });
}

/** The output, and the frame of each operation that it was computed by. */
function rootOf(
  output: Variable | (() => Variable),
  names: Names,
): { root: Variable; frameOf: (y: Variable) => Frame | undefined } {
  if (typeof output === "function") {
    const run = framesDuring(output, names);
    if (!(run.output instanceof Variable))
      throw new ArgumentError(`graph: the function must return a variable, got ${described(run.output)}`);
    return { root: checkRecord(run.output), frameOf: (y) => run.frames.get(y) };
  }
  if (!(output instanceof Variable))
    throw new ArgumentError(
      `graph: needs a variable, or a function that computes one, graph(() => model.forward(x)); got ${described(output)}`,
    );
  return { root: checkRecord(output), frameOf: framesOfParameters(names) };
}

function checkRecord(root: Variable): Variable {
  if (root.node === "freed")
    throw new GradientError(
      "graph: backward() has used the record and freed it; draw it before, keep it with " +
        "backward(undefined, { retainGraph: true }), or pass a function: graph(() => model.forward(x))",
    );
  if (root.node === undefined && !root.requiresGrad)
    throw new GradientError(
      "graph: the output is a constant, without a record of how it was computed; pass a function: graph(() => model.forward(x))",
    );
  return root;
}

function checkScalar(root: Variable): Variable {
  if (root.requiresGrad && root.size === 1) return root;
  throw new GradientError(
    root.requiresGrad
      ? `graph: gradients are those of one number, and the output has shape ${show(root.shape)}; sum() it`
      : "graph: the output requires no gradients; make an input with variable(), and compute outside noGrad",
  );
}
