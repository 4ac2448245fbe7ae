/** What the networks are called, and how their lines look: told apart by their dashes too, not by colour alone. */
import type { Palette } from "../../app/theme.ts";
import type { Stroke } from "../../draw/lines.ts";
import type { NetworkName } from "./sizes.ts";

export const titles: Readonly<Record<NetworkName, string>> = {
  polynomial: "Polynomials",
  relu: "ReLU",
  spline: "B-splines",
};

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
