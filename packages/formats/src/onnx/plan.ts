/**
 * The graph of a model, checked: what each node computes, in the order of the file, before anything is computed. Read
 * operators/index.ts first.
 */
import { type Variable, variable } from "@polygrad/autograd";
import { type Buffer, buffer } from "@polygrad/nn";
import { pin } from "@polygrad/tensor";
import { brief } from "../json.ts";
import { emptyRecord } from "../names.ts";
import type { Refuse } from "../protobuf/read.ts";
import { type Compute, NodeReader } from "./node-reader.ts";
import { operators } from "./operators/index.ts";
import type { ParsedModel, ParsedNode } from "./parse.ts";
import type { OnnxTensor } from "./tensor-proto.ts";

/** A node that can be computed. */
export interface PlannedNode {
  readonly node: ParsedNode;
  readonly compute: Compute;
  /** The values that no later node needs. */
  readonly last: readonly string[];
}

/** The state of a model by name: float initialisers. The running statistics of normalisations are buffers. */
export type State = Readonly<Record<string, Variable | Buffer>>;

export interface Plan {
  readonly nodes: readonly PlannedNode[];
  readonly state: State;
  /** The other initialisers: integers and booleans. */
  readonly constants: readonly OnnxTensor[];
}

/** @throws what `refuse` makes of the first operator that is not known, or of names that do not fit together */
export function planOf(model: ParsedModel, refuse: Refuse): Plan {
  const { initialisers, inputs, outputs } = model;
  const known = new Set<string>();
  const define = (name: string, what: string) => {
    if (name === "" || name === "__proto__") throw refuse(`${what}: the name ${brief(name)} is not allowed`);
    if (known.has(name)) throw refuse(`${what}: there is another value with the name ${brief(name)}`);
    known.add(name);
  };
  for (const { name } of initialisers) define(name, "an initialiser");
  for (const { name } of inputs) define(name, "an input");
  const planned = model.nodes.map((node) => {
    const compute = computeOf(node, model.opset, refuse);
    for (const name of node.inputs)
      if (name !== "" && !known.has(name))
        throw refuse(`${node.place}: it takes ${brief(name)}, which no node before it gives`);
    for (const name of node.outputs) if (name !== "") define(name, node.place);
    return { node, compute };
  });
  if (outputs.length === 0) throw refuse("it has no outputs");
  for (const { name } of outputs)
    if (!known.has(name)) throw refuse(`the output ${brief(name)} is not the result of any node`);
  const floats = initialisers.filter(({ kind }) => kind === "float");
  return {
    nodes: withLast(planned, new Set([...outputs, ...initialisers].map(({ name }) => name))),
    state: stateOf(floats, statisticsOf(model)),
    constants: initialisers.filter(({ kind }) => kind !== "float"),
  };
}

function computeOf(node: ParsedNode, opset: number, refuse: Refuse): Compute {
  const operator = node.domain === "" ? operators.get(node.operator) : undefined;
  if (operator === undefined)
    throw refuse(
      `${node.place}: the operator ${brief(node.operator)}${node.domain === "" ? "" : ` of ${brief(node.domain)}`} is ` +
        `not known; the operators that are known are ${[...operators.keys()].sort().join(", ")}`,
    );
  const reader = new NodeReader(node, opset, refuse);
  const compute = operator(reader);
  reader.finish();
  return compute;
}

/** Finds, from the last node back, which values each node is the last to need. */
function withLast(nodes: readonly Omit<PlannedNode, "last">[], kept: ReadonlySet<string>): PlannedNode[] {
  const needed = new Set(kept);
  const reversed = nodes.toReversed().map(({ node, compute }) => {
    const last = [...new Set([...node.inputs, ...node.outputs])].filter((name) => !needed.has(name));
    for (const name of last) needed.add(name);
    return { node, compute, last };
  });
  return reversed.reverse();
}

/** The names of the running statistics: of these, a trained model has no gradients. */
function statisticsOf({ nodes }: ParsedModel): ReadonlySet<string> {
  return new Set(nodes.flatMap(({ operator, inputs }) => (operator === "BatchNormalization" ? inputs.slice(3) : [])));
}

function stateOf(tensors: readonly OnnxTensor[], statistics: ReadonlySet<string>): State {
  const state = emptyRecord<Variable | Buffer>();
  for (const { name, value } of tensors)
    state[name] = statistics.has(name) ? buffer(value) : variable(value.storage.isDouble ? value : pin(value));
  return state;
}
