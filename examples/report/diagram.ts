/** A network as a diagram with a small curve on every edge, as in the figures of the KAN paper (Liu et al. 2024). */
import type { Figure, FigureCaption } from "./figure.ts";

/** A unit: an input, a hidden unit or an output. */
export interface DiagramUnit {
  readonly name: string;
  /** What the unit reads, as an image of values that are not negative, row by row; none by default. */
  readonly image?: { readonly values: ArrayLike<number>; readonly width: number; readonly height: number };
}

/** An edge that is shown. */
export interface DiagramEdge {
  /** The number of the row of units that it comes from; it goes to the next. Rows are counted from 0, at the inputs. */
  readonly layer: number;
  readonly from: number;
  readonly to: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** How much it contributes: the strongest of a layer are drawn in full, weaker ones paler. */
  readonly strength: number;
}

export interface Diagram extends FigureCaption {
  /** The units of each row, from the inputs, at the bottom, to the outputs. */
  readonly units: readonly (readonly DiagramUnit[])[];
  readonly edges: readonly DiagramEdge[];
}

export function diagram(data: Diagram): Figure {
  throw new Error(`diagram: "${data.title}" is not drawn yet`);
}
