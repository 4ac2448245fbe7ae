/** The stage Planes: a network learns to tell the points of a plane apart. */
import type { ComponentType } from "preact";
import type { Address } from "../../app/address.ts";
import { pageOf } from "../../app/page.tsx";
import { Controls } from "./controls.tsx";
import { experiments } from "./experiments.ts";
import { readPlanes } from "./settings.ts";
import { View } from "./view.tsx";

export const Planes: ComponentType<{ readonly address: Address }> = pageOf({
  name: "planes",
  title: "Divide a plane",
  lead:
    "A network learns which points belong together, and every edge is drawn as the function that it has learned. Four " +
    "hidden units are enough for two spirals, because edges can bend.",
  networks: [{ name: "classifier", title: "Classifier" }],
  read: readPlanes,
  experiments,
  View,
  Controls,
  describe: ({ test, train }) =>
    `Right: ${(100 * test.accuracy).toFixed(0)} % of the points held out, ${(100 * train.accuracy).toFixed(0)} % in training.`,
});
