/** The stage Curves: three networks of equal size bend towards a curve that you draw. */
import type { ComponentType } from "preact";
import type { Address } from "../../app/address.ts";
import { pageOf } from "../../app/page.tsx";
import { Controls } from "./controls.tsx";
import { experiments } from "./experiments.ts";
import { edgeTitles } from "../titles.ts";
import { readCurves } from "./settings.ts";
import { networkNames } from "./sizes.ts";
import { View } from "./view.tsx";

export const Curves: ComponentType<{ readonly address: Address }> = pageOf({
  name: "curves",
  title: "Draw a curve",
  lead:
    "Three networks of equal size bend towards it. In the first, every edge learns a polynomial; in the second, a " +
    "straight line or, after ReLU, a kink; in the third, a spline.",
  networks: networkNames.map((name) => ({ name, title: edgeTitles[name] })),
  read: readCurves,
  experiments,
  View,
  Controls,
  describe: ({ fits }) =>
    `Error ${networkNames.map((name) => `${edgeTitles[name]} ${fits[name].error.toPrecision(2)}`).join(", ")}.`,
});
