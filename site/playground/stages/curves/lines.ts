/** How the lines of the networks look: told apart by their dashes too, not by colour alone. */
import type { Palette } from "../../app/theme.ts";
import type { Stroke } from "../../draw/lines.ts";
import { basisNames } from "../../draw/terms.ts";
import type { Edge } from "../../draw/wires.ts";
import type { CurvesSettings } from "./settings.ts";
import type { NetworkName } from "./sizes.ts";

/** The classes of their swatches. */
export const looks: Readonly<Record<NetworkName, string>> = { polynomial: "", relu: "dashed", spline: "dotted" };

export function strokeOf(name: NetworkName, colours: Palette): Stroke {
  switch (name) {
    case "polynomial":
      return { colour: colours.blue, width: 2.25 };
    case "relu":
      return { colour: colours.orange, width: 2.25, dash: [7, 4] };
    case "spline":
      return { colour: colours.green, width: 2.25, dash: [2, 3] };
  }
}

/** The functions of which the one on an edge is a sum. Those of splines have no names. */
export function functionsOf(name: NetworkName, { layer, input }: Edge, settings: CurvesSettings): readonly string[] {
  const { basis, degree, squash } = settings;
  const from = layer === 0 ? "x" : `h${input + 1}`;
  if (name === "relu") return [layer === 0 ? from : `max(${from}, 0)`];
  if (name === "spline") return [];
  return basisNames(basis, degree, layer === 1 && squash === "tanh" ? "t" : from);
}
