/** Pruning of spline layers: edges go as a whole, splines and base together. */
import { Random, uniform } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { AdamW, BSpline, cosine, mseLoss, prune, Sequential } from "../../src/index.ts";
import { Edges } from "../../src/prune/edges.ts";

const random = new Random(2);
const samples = () => {
  const inputs = uniform([300, 3], random, -1, 1);
  return {
    inputs,
    targets: inputs
      .slice(1, 0, 1)
      .mul(3)
      .sin()
      .add(inputs.slice(1, 2, 3).abs()),
  };
};

test("scores are standard deviations, of splines and base together", () => {
  const layer = new BSpline(3, 2, { grid: 4, order: 2, random });
  const { inputs } = samples();
  const edges = new Edges("layer", layer);
  edges.measure([inputs], [layer.forward(inputs).value]);
  expect(edges.candidates("edges")).toHaveLength(6);
  expect(edges.candidates("terms").concat(edges.candidates("constants"))).toEqual([]);
  for (const { output, input, score } of edges.candidates("edges")) {
    // The edge alone: splines and base of one input, on the knots that all inputs share.
    const own = layer.weight.value.select(0, output).select(0, input).reshape([1, 1, 6]);
    const base = layer.baseWeight?.value.select(0, output).select(0, input).reshape([1, 1]) ?? 0;
    const alone = inputs.slice(1, input, input + 1).spline(own, base, layer.knots.value.slice(0, 0, 1), 2);
    const whole = layer.forward(inputs).value.select(1, output).std(0, { correction: 0 }).item();
    expect(score).toBeCloseTo(alone.std(undefined, { correction: 0 }).item() / whole, 4);
  }
});

test("the edge of an input that the target does not have goes", () => {
  const [train, validation] = [samples(), samples()];
  const model = new Sequential(new BSpline(3, 1, { random }));
  const optimiser = new AdamW(model.parameters(), { learningRate: cosine(0.1, { steps: 300 }), weightDecay: 0 });
  for (let step = 0; step < 300; step++) {
    optimiser.zeroGrad();
    mseLoss(model.forward(train.inputs), train.targets).backward();
    optimiser.step();
  }
  const { removed, masks, coefficientsBefore, coefficientsAfter } = prune(model, {
    train,
    validation,
    tolerance: 1e-4,
  });
  expect(removed).toEqual([{ layer: "layers.0", output: 0, input: 1, degree: undefined }]);
  expect([coefficientsBefore, coefficientsAfter]).toEqual([27, 18]);
  expect(masks.get("layers.0.weight")?.mean(2).toArray()).toEqual([[1, 0, 1]]);
  expect(masks.get("layers.0.baseWeight")?.toArray()).toEqual([[1, 0, 1]]);
  const [weight, base] = model.parameters();
  expect(weight.value.abs().sum(2).eq(0).toArray()).toEqual([[0, 1, 0]]);
  expect(base.value.eq(0).toArray()).toEqual([[0, 1, 0]]);
});
