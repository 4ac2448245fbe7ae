/** The diagram of a model: its layers with functions on their edges, and the strongest edges of each. */
import type { Input, Sequential } from "polygrad";
import type { Diagram } from "./diagram.ts";

/** What the diagram shows of a model. */
export interface DiagramChoice {
  /** The names of the inputs and of the outputs; their numbers by default. */
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** The shape of the input, if it is an image: then hidden units show what they read, in place of edges from pixels. */
  readonly image?: readonly [height: number, width: number];
  /** The most edges into one unit, the strongest of them; all by default, or 2 if a layer has more than 60 edges. */
  readonly most?: number;
}

/** The units and edges of a model of layers with edges (see `EdgeLayer`), norms and activations, over the inputs `x`. */
export function diagramOf(model: Sequential, x: Input, choice: DiagramChoice = {}): Pick<Diagram, "units" | "edges"> {
  throw new Error(`diagramOf: not there yet ${model} ${x} ${choice}`);
}
