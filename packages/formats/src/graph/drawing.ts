/** What a drawing consists of: nodes, edges between them, and clusters of nodes. */
import type { Shape } from "@polygrad/tensor";
import { type Figures, figuresText } from "./figures.ts";
import { within } from "./named.ts";

/** What a node stands for. The operation that computes the output is of the kind "output". */
export type GraphNodeKind = "input" | "parameter" | "constant" | "operation" | "output";

/** A value: the result of an operation, or one that was there before. */
export interface GraphNode {
  /** "n0", "n1", ... in an order in which operands come before results. */
  readonly id: string;
  readonly kind: GraphNodeKind;
  /** What the caller or the model calls it, such as "layers.0.weight". */
  readonly name: string | undefined;
  /** The operation that computes it; undefined for what was there before. */
  readonly op: string | undefined;
  /** The arguments of the operation after its operands, such as "[2, 3]" of a reshape; undefined ones are left out. */
  readonly options: readonly string[];
  readonly shape: Shape;
  /** Of scalar constants, or if it was asked for. */
  readonly value: Figures | undefined;
  /** The gradient of the output with respect to it, if it was asked for and there is one. */
  readonly gradient: Figures | undefined;
  /** The innermost cluster that it lies in. */
  readonly cluster: string | undefined;
}

/** A value that an operation takes. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Which operand of the operation it is, from 0. */
  readonly operand: number;
  readonly shape: Shape;
}

/** What one call of a module computes, or what a fused operation is composed of. */
export interface GraphCluster {
  readonly id: string;
  /** The module's name in the model, such as "layers.0"; empty for the model itself and for operations. */
  readonly name: string;
  /** "layers.0: Linear". */
  readonly label: string;
  /** The cluster that it lies in. */
  readonly parent: string | undefined;
}

/** Which way a drawing goes. */
export type Direction = "down" | "right";

/** A drawing before it is text. */
export interface Drawing {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly clusters: readonly GraphCluster[];
}

/** The lines of a node's label. */
export function linesOf({ name, op, options, shape, value, gradient, kind }: GraphNode, inside: string): string[] {
  const own = name === undefined ? undefined : within(name, inside);
  const first = own !== undefined && op !== undefined ? `${own} = ${op}` : (own ?? op);
  if (kind === "constant" && first === undefined) return [value === undefined ? shapeText(shape) : figuresText(value)];
  const lines = [first ?? "variable"];
  if (options.length > 0) lines.push(`(${options.join(", ")})`);
  if (value !== undefined) lines.push(`value ${figuresText(value)}`);
  if (gradient !== undefined) lines.push(`gradient ${figuresText(gradient)}`);
  return lines;
}

/** "[2, 3]". */
export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
