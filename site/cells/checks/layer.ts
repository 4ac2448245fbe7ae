/** The exercise "a layer": a gated linear unit. */
import { checkGradients, type Layer, namedParameters, Random, type Tensor, tensor } from "polygrad";
import { close, finding } from "./finding.ts";
import type { Check } from "./index.ts";

function isLayerClass(value: unknown): value is new (inputs: number, outputs: number, random: Random) => Layer {
  return typeof value === "function";
}

/** sum_i x[i] weight[o, i] + bias[o]. */
function linear(x: readonly number[], weight: Tensor, bias: Tensor): number[] {
  const inputs = x.length;
  const elements = weight.clone().data;
  return Array.from(bias.data, (b, o) => x.reduce((sum, xi, i) => sum + xi * elements[o * inputs + i], b));
}

export const layer: Check = ({ Gated }) => {
  if (!isLayerClass(Gated)) return [{ claim: "The program exports `Gated`", fault: "export a class of that name" }];
  const gated = new Gated(3, 2, new Random(1));
  const parameters = namedParameters(gated);
  const names = ["value.weight", "value.bias", "gate.weight", "gate.bias"];
  const rows = [
    [0.5, -1, 2],
    [1, 0.25, -0.5],
  ];
  return [
    finding("Its parameters are found by their fields: value and gate, each with weight and bias", () => {
      const missing = names.filter((name) => !parameters.has(name));
      if (missing.length > 0) throw new Error(`missing: ${missing.join(", ")}`);
    }),
    finding("forward computes (A x + a) sigmoid(B x + b)", () => {
      const [A, a, B, b] = names.map((name) => {
        const parameter = parameters.get(name);
        if (parameter === undefined) throw new Error(`there is no ${name}`);
        return parameter.value;
      });
      const expected = rows.flatMap((x) => {
        const gates = linear(x, B, b).map((z) => 1 / (1 + Math.exp(-z)));
        return linear(x, A, a).map((value, o) => value * gates[o]);
      });
      close(gated.forward(tensor(rows)).value.data, expected);
    }),
    finding(
      "checkGradients agrees with its gradients, first and second",
      () => void checkGradients((x) => gated.forward(x), [tensor(rows)], { order: 2, name: "Gated" }),
    ),
  ];
};
