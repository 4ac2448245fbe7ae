/** From samples of a formula to the formula: a network is trained, pruned and multiplied out, and the terms are right. */
import { AdamW, cosine, loretz2024, mseLoss, Polynomial, prune, Sequential } from "@polygrad/nn";
import { normal, Random, tensor, uniform } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { formula } from "../../src/index.ts";

test.each([
  [
    "kinetic energy",
    ["m", "u", "v", "w"],
    ([m, u, v, w]: readonly number[]) => (m * (u * u + v * v + w * w)) / 2,
    "y = 0.5*m*u^2 + 0.5*m*v^2 + 0.5*m*w^2",
  ],
])("%s", (_, names, target, wanted) => {
  const random = new Random(1);
  const count = names.length;
  const draw = () => {
    const inputs = uniform([256, count], random, -1, 1);
    const rows = Array.from({ length: 256 }, (_, r) => [...inputs.data.subarray(r * count, (r + 1) * count)]);
    return { inputs, targets: tensor(rows.map((row) => [target(row)])) };
  };
  const [train, validation] = [draw(), draw()];
  const initialiser = (shape: readonly number[]) => normal(shape, random, 0, 0.2);
  const model = new Sequential(
    new Polynomial(count, 3, { ...loretz2024, degree: 2, initialiser }),
    new Polynomial(3, 1, { ...loretz2024, degree: 2, initialiser }),
  );
  const steps = 1500;
  const optimiser = new AdamW(model.parameters(), { learningRate: cosine(0.02, { steps }), weightDecay: 0 });
  for (let step = 0; step < steps; step++) {
    optimiser.zeroGrad();
    mseLoss(model.forward(train.inputs), train.targets).backward();
    optimiser.step();
  }
  const report = prune(model, { train, validation, tolerance: 1e-5, steps: 100 });
  expect(report.coefficientsAfter).toBeLessThan(report.coefficientsBefore / 2);
  const written = formula(model, { inputs: names, precision: 2, threshold: 0.005 });
  expect(String(written.expand())).toBe(wanted);

  // Without rounding, it is the network.
  const exact = formula(model, { inputs: names }).expand();
  const outputs = model.forward(validation.inputs).value.clone().data;
  for (const [r, output] of outputs.entries())
    expect(exact.evaluate(validation.inputs.data.subarray(r * count, (r + 1) * count))[0]).toBeCloseTo(output, 5);
  for (const [name, mask] of report.masks) {
    const weight = model.namedParameters().get(name);
    expect(weight?.value.eq(0).add(mask).toArray()).toEqual(mask.mul(0).add(1).toArray());
  }
});
