/** Sources in GLSL, run in Chromium, give the network's results but for rounding. */

import { LayerNorm, loretz2024, Polynomial, Sequential } from "@polygrad/nn";
import { Random } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { toSource } from "../../src/index.ts";
import { inputs, models, shaken } from "../source/models.ts";
import { runShaders } from "./run-shader.ts";

/** The first rows are not of ordinary size. */
const FIRST = 5;
/** Compilers of shaders take long for long sources. */
const LONG = 40_000;

/** Of the largest output of a row: what sums and polynomials make of 2^-24; powers of high degree make more of it. */
const toleranceOf = (name: string): number => (name.includes("high degrees") ? 2e-5 : 2e-6);

const width = inputs.shape[1];
const rows = inputs.slice(0, FIRST).clone();
const cases = Object.entries(models).flatMap(([name, model]) => {
  if (toSource(shaken(model), "c").length > LONG) return [];
  const wanted = model.forward(rows).value.clone().data;
  const outputs = wanted.length / rows.shape[0];
  return [{ name, source: toSource(model, "glsl"), rows: [...rows.data], inputs: width, outputs, wanted }];
});
const results = runShaders(cases);

test.each(cases.map((own, k) => [own.name, own, results[k].values] as const))(
  "%s",
  (name, { wanted, outputs }, values) => {
    expect(values.length).toBe(wanted.length);
    for (let at = 0; at < wanted.length; at += outputs) {
      const row = wanted.subarray(at, at + outputs);
      const most = Math.max(...row.map(Math.abs)) * toleranceOf(name);
      for (const [o, value] of row.entries()) expect(Math.abs(values[at + o] - value)).toBeLessThanOrEqual(most);
    }
  },
);

test("a network that is too large for browsers is refused", () => {
  const random = new Random(0);
  const model = new Sequential(new LayerNorm(784), new Polynomial(784, 20, { ...loretz2024, random }));
  expect(() => toSource(model, "glsl")).toThrow(
    "weight2 has 47040 numbers, but arrays in this language have at most 16384",
  );
});
