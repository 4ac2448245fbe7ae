/** Diagrams of networks side by side, such as one network before and after pruning. Read diagram.ts first. */
import { type Diagram, drawingOf } from "./diagram.ts";
import { type Figure, type FigureCaption, figure, rows, stacked } from "./figure.ts";
import { listed } from "./format.ts";
import { label } from "./svg.ts";

/** One diagram, with a title above it. */
export interface DiagramPanel extends Pick<Diagram, "units" | "edges"> {
  readonly name: string;
}

export interface Diagrams extends FigureCaption {
  readonly panels: readonly DiagramPanel[];
}

/** Two diagrams beside each other in a page, one below the other on a phone. */
export function diagrams(data: Diagrams): Figure {
  const described = data.panels.map(({ name, edges }) => `${name} (${edges.length} edges)`);
  const description = `Diagrams of networks with the learned functions of their edges: ${listed(described)}.`;
  return figure(data, description, (width) =>
    rows(data.panels, width, { least: 300, gap: 28, most: 2 }, (panel, each) =>
      stacked([{ height: 26, content: label(0, 13, panel.name, { class: "strong" }) }, drawingOf(panel, each)]),
    ),
  );
}
