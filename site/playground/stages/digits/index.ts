/** The stage Digits: a network learns to read handwritten digits, among them your own. */
import type { ComponentType } from "preact";
import type { Address } from "../../app/address.ts";
import { pageOf } from "../../app/page.tsx";
import { Controls } from "./controls.tsx";
import { experiments } from "./experiments.ts";
import { readDigits } from "./settings.ts";
import { View } from "./view.tsx";

export const Digits: ComponentType<{ readonly address: Address }> = pageOf({
  name: "digits",
  title: "Read digits",
  lead:
    "A network with a polynomial on every edge learns from handwritten digits. Draw one yourself, and watch what the " +
    "network takes it for.",
  networks: [{ name: "digits", title: "Digits" }],
  read: readDigits,
  experiments,
  View,
  Controls,
  describe: ({ test, train }) =>
    `Right: ${(100 * test.accuracy).toFixed(1)} % of the test images, ${(100 * train.accuracy).toFixed(1)} % in training.`,
});
