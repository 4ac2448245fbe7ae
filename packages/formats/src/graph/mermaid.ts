/** A drawing in Mermaid, which GitHub and many editors show in Markdown. */

import { fills } from "./dot.ts";
import { type Direction, type Drawing, type GraphCluster, linesOf, shapeText } from "./drawing.ts";

export function mermaid(drawing: Drawing, direction: Direction): string {
  const lines = [`flowchart ${direction === "down" ? "TD" : "LR"}`];
  const inside = (parent: GraphCluster | undefined, indent: string) => {
    for (const cluster of drawing.clusters.filter((each) => each.parent === parent?.id)) {
      lines.push(`${indent}subgraph ${cluster.id}["${escaped(cluster.label)}"]`);
      inside(cluster, `${indent}  `);
      lines.push(`${indent}end`);
    }
    for (const node of drawing.nodes.filter((each) => each.cluster === parent?.id)) {
      const label = linesOf(node, parent?.name ?? "")
        .map(escaped)
        .join("<br>");
      lines.push(`${indent}${node.id}("${label}"):::${node.kind}`);
    }
  };
  inside(undefined, "  ");
  for (const { from, to, shape } of drawing.edges)
    lines.push(`  ${from} -->${shape.length === 0 ? "" : `|"${escaped(shapeText(shape))}"|`} ${to}`);
  const kinds = new Set(drawing.nodes.map(({ kind }) => kind));
  for (const [kind, fill] of Object.entries(fills))
    if (kinds.size > 0 && [...kinds].some((each) => each === kind))
      lines.push(`  classDef ${kind} fill:${fill},stroke:#7a869a,color:#1f2933`);
  return `${lines.join("\n")}\n`;
}

/**
 * Mermaid reads #35; as the character of that number. What could be Markdown, HTML or syntax is written so: a colon without a
 * space, too, because Mermaid takes the last semicolon off what looks like a style, "classDef a:b#59;".
 */
function escaped(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/\r\n?|\n/g, " ")
    .replace(/\p{Control}/gu, "\ufffd")
    .replace(/:(?! )|[^\p{Letter}\p{Number} .,:=()[\]-]/gu, (character) => `#${character.codePointAt(0)};`);
}
