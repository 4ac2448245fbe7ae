/** A drawing in DOT, the language of Graphviz. */
import { type Direction, type Drawing, type GraphCluster, type GraphNode, linesOf, shapeText } from "./drawing.ts";

/** Dark text on these is legible whatever the page is. Each node also has its kind as its class in the SVG. */
export const fills = {
  input: "#cfe8d5",
  parameter: "#fde3b4",
  constant: "#e8e8e8",
  operation: "#d6e4f7",
  output: "#f4cfd6",
} as const;

const FONT = 'fontname="Helvetica,Arial,sans-serif"';

export function dot(drawing: Drawing, direction: Direction): string {
  const lines = [
    "digraph {",
    `  graph [rankdir=${direction === "down" ? "TB" : "LR"}, ${FONT}, fontsize=12, nodesep=0.25, ranksep=0.35]`,
    `  node [shape=box, style="rounded,filled", color="#7a869a", ${FONT}, fontsize=12, height=0.3, margin="0.14,0.06"]`,
    `  edge [color="#7a869a", ${FONT}, fontsize=10, fontcolor="#5a6678", arrowsize=0.6]`,
  ];
  const inside = (parent: GraphCluster | undefined, indent: string) => {
    for (const cluster of drawing.clusters.filter((each) => each.parent === parent?.id)) {
      lines.push(`${indent}subgraph cluster_${cluster.id} {`);
      lines.push(
        `${indent}  graph [label=${quoted(cluster.label)}, style=rounded, color="#a9b4c4", fontcolor="#5a6678"]`,
      );
      inside(cluster, `${indent}  `);
      lines.push(`${indent}}`);
    }
    for (const node of drawing.nodes.filter((each) => each.cluster === parent?.id)) {
      const label = quoted(linesOf(node, parent?.name ?? "").join("\n"));
      lines.push(`${indent}${node.id} [label=${label}, class=${node.kind}, fillcolor="${fills[node.kind]}"]`);
    }
  };
  inside(undefined, "  ");
  const nodes = new Map(drawing.nodes.map((node) => [node.id, node]));
  for (const { from, to, shape } of drawing.edges) {
    const attributes = [
      ...(shape.length === 0 ? [] : [`label=" ${shapeText(shape)}"`]), // the space is between the label and the line
      ...layout(drawing, nodes.get(from), nodes.get(to)),
    ];
    lines.push(`  ${from} -> ${to}${attributes.length === 0 ? "" : ` [${attributes.join(", ")}]`}`);
  }
  return `${[...lines, "}"].join("\n")}\n`;
}

/**
 * What comes from outside of a cluster lies above its parameters, not beside them, so that clusters lie below each other; what
 * flows from operation to operation, in a straight line.
 */
function layout({ clusters }: Drawing, from: GraphNode | undefined, to: GraphNode | undefined): string[] {
  if (from === undefined || from.kind === "parameter" || from.kind === "constant") return [];
  const around = new Set<string>();
  for (let at = from.cluster; at !== undefined; at = clusters.find(({ id }) => id === at)?.parent) around.add(at);
  const enters = to?.cluster !== undefined && !around.has(to.cluster);
  return [...(enters ? ["minlen=2"] : []), ...(from.op === undefined ? [] : ["weight=3"])];
}

/**
 * A text in quotation marks. A backslash would begin an escape, such as \N for the node's name, and "&" an entity of HTML;
 * other control characters than a line break are not allowed in the SVG.
 */
function quoted(text: string): string {
  const plain = text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Control}\n]/gu, "\ufffd");
  return `"${plain.replace(/&/g, "&amp;").replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
