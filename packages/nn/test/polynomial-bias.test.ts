/** The polynomial layer with a bias for each output, against the same functions with a constant on every edge. */
import { full, normal, Random, type Tensor, uniform } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Adam, type Initialiser, Polynomial } from "../src/index.ts";
import { kinds, under } from "./kernel-kinds.ts";

/** Coefficients as large at every degree, constants included. */
const even = (shape: readonly number[], random: Random): Tensor => uniform(shape, random, -1, 1);

describe("a bias of the outputs", () => {
  const build = (initialiser: Initialiser, bias: "outputs" | "edges") =>
    new Polynomial(6, 4, { degree: 5, bias, initialiser, random: new Random(1) });

  test("is the default, and takes the place of the constants: the same functions of the same draws", () => {
    const layer = new Polynomial(4, 2);
    expect([layer.degree, layer.basis, layer.squash]).toEqual([3, "monomial", "tanh"]);
    expect([...layer.namedParameters()].map(([name, { shape }]) => [name, shape])).toEqual([
      ["weight", [2, 4, 3]],
      ["bias", [2]],
    ]);
    const x = normal([7, 6], new Random(2));
    const [own, edges] = [build(even, "outputs"), build(even, "edges")].map((layer) => layer.forward(x).value);
    // Six constants up to 1 are summed in another order: five roundings of sums up to 6, before those of sums up to 36.
    expect(own.allClose(edges, { absolute: 5 * 36 * 2 ** -24 })).toBe(true);
  });

  test("is the constant of the first edge among the coefficients, to the last bit", () => {
    for (const kind of kinds)
      under(kind, () => {
        const layer = build(even, "outputs");
        const coefficients = layer.coefficients().value;
        expect(coefficients.shape).toEqual([4, 6, 6]);
        expect(coefficients.select(2, 0).toArray()).toEqual(
          layer.bias && [...layer.bias.value.data].map((constant) => [constant, 0, 0, 0, 0, 0]),
        );
        const other = build(() => coefficients, "edges");
        const x = normal([7, 6], new Random(2));
        expect(layer.forward(x).value.equals(other.forward(x).value)).toBe(true);
      });
  });

  test("moves by the learning rate in a step of Adam, and constants on edges by that times the inputs", () => {
    const x = normal([7, 6], new Random(2));
    const moved = (["outputs", "edges"] as const).map((bias) => {
      const layer = build(even, bias);
      const before = layer.coefficients().value.select(2, 0).sum(1);
      const optimiser = new Adam(layer.parameters(), { learningRate: 0.01 });
      layer.forward(x).sum().backward();
      optimiser.step();
      return layer.coefficients().value.select(2, 0).sum(1).sub(before);
    });
    expect(moved[0].allClose(full([4], -0.01), { absolute: 1e-6 })).toBe(true);
    expect(moved[1].allClose(full([4], -0.06), { absolute: 1e-6 })).toBe(true);
  });
});
