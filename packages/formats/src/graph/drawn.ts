/** A drawing as a value: its parts, and its text in DOT and Mermaid. */
import { type Checks, checkOptions, oneOf } from "@polygrad/tensor/internal";
import { dot } from "./dot.ts";
import type { Direction, Drawing, GraphCluster, GraphEdge, GraphNode } from "./drawing.ts";
import { mermaid } from "./mermaid.ts";

/** Options of a drawing's text. */
export interface DrawOptions {
  /** Which way it goes: "down", which is the default, or "right". */
  readonly direction?: Direction;
}

const known: Checks<DrawOptions> = { direction: oneOf("down", "right") };

/** How a value was computed. `graph` makes it. */
export class Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly clusters: readonly GraphCluster[];

  constructor({ nodes, edges, clusters }: Drawing) {
    this.nodes = nodes;
    this.edges = edges;
    this.clusters = clusters;
  }

  /** The drawing in DOT, for Graphviz. @throws ArgumentError if an option is unknown or of the wrong kind */
  toDot(options: DrawOptions = {}): string {
    checkOptions("toDot", options, known);
    return dot(this, options.direction ?? "down");
  }

  /** The drawing in Mermaid, for Markdown. @throws ArgumentError if an option is unknown or of the wrong kind */
  toMermaid(options: DrawOptions = {}): string {
    checkOptions("toMermaid", options, known);
    return mermaid(this, options.direction ?? "down");
  }
}
