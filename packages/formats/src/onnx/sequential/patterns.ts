/**
 * Forms of graphs that stand for a layer. A pattern is the form of a value, from the last node back to the value x that the
 * layer gets. Read ../parse.ts first.
 */
import type { Tensor } from "@polygrad/tensor";
import type { ParsedNode } from "../parse.ts";

/**
 * A value: the input of the layer; a tensor of the file, with a name by which it is found; a constant number; or the result
 * of a node of which the inputs are such values, too, and which has these attributes.
 */
export type Pattern =
  | "x"
  | { readonly tensor: string }
  | { readonly number: number }
  | { readonly operator: string; readonly inputs: readonly Pattern[]; readonly attributes?: Attributes };

type Attributes = Readonly<Record<string, number | readonly number[]>>;

export const tensor = (name: string): Pattern => ({ tensor: name });
export const number = (number: number): Pattern => ({ number });
export const node = (operator: string, inputs: readonly Pattern[], attributes: Attributes = {}): Pattern => {
  return { operator, inputs, attributes };
};

/** What was found for a pattern. */
export interface Match {
  /** The name of the value x. */
  x: string | undefined;
  readonly tensors: Map<string, string>;
  readonly nodes: ParsedNode[];
}

/** A graph in which patterns are looked for. */
export interface Graph {
  /** The node that gives each value. */
  readonly producers: ReadonlyMap<string, ParsedNode>;
  /** The tensors of the file. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The name of its input. */
  readonly input: string;
}

/** Operators of which two inputs may change places. */
const commutative = new Set(["Add", "Mul"]);

/** Compares a value with a pattern. Patterns are small, so all orders of operands are tried. */
export function matches(graph: Graph, value: string, pattern: Pattern, before: Match): Match | undefined {
  if (pattern === "x") {
    if (before.x === undefined) return graph.tensors.has(value) ? undefined : { ...before, x: value };
    return before.x === value ? before : undefined;
  }
  if ("tensor" in pattern) {
    const known = before.tensors.get(pattern.tensor);
    if (!graph.tensors.has(value) || (known !== undefined && known !== value)) return undefined;
    return { ...before, tensors: new Map(before.tensors).set(pattern.tensor, value) };
  }
  if ("number" in pattern) {
    const found = graph.tensors.get(value);
    return found?.size === 1 && Math.fround(found.item()) === Math.fround(pattern.number) ? before : undefined;
  }
  const producer = graph.producers.get(value);
  if (producer === undefined || producer.operator !== pattern.operator || producer.domain !== "") return undefined;
  if (producer.outputs[0] !== value || producer.inputs.length !== pattern.inputs.length) return undefined;
  if (!hasAttributes(producer, pattern.attributes ?? {})) return undefined;
  const start = { ...before, nodes: [...before.nodes, producer] };
  const orders = commutative.has(pattern.operator)
    ? [producer.inputs, producer.inputs.toReversed()]
    : [producer.inputs];
  for (const inputs of orders) {
    const found = pattern.inputs.reduce<Match | undefined>(
      (match, each, k) => match && matches(graph, inputs[k], each, match),
      start,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of attributes that files leave out. */
const defaults: Attributes = { keepdims: 1 };

function hasAttributes({ attributes }: ParsedNode, wanted: Attributes): boolean {
  for (const [name, value] of Object.entries(wanted))
    if (String(attributes.get(name)?.value ?? defaults[name]) !== String(value)) return false;
  return true;
}
