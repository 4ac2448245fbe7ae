/** `pnpm example tour`: from the derivative of a scalar to a trained network, step by step. */
import {
  Adam,
  checkGradients,
  grad,
  LayerNorm,
  linspace,
  loretz2024,
  mseLoss,
  Polynomial,
  powers,
  Random,
  Sequential,
  tensor,
  variable,
} from "polygrad";

console.log("1. A tensor is an array with a shape. Operations broadcast, and views copy nothing.");
const a = tensor([
  [1, 2],
  [3, 4],
]);
console.log(a.add(a.sum(0)), a.matmul(a.transpose()));

console.log("\n2. grad turns a function into its derivative, which can be differentiated again.");
const slope = grad((x) => x.pow(3));
const curvature = grad((x) => slope(x));
console.log("x^3 at 3 has slope", slope(3).item(), "and curvature", curvature(3).item());

console.log("\n3. A variable records how it was computed; backward() computes all gradients at once.");
const [w, x] = [variable([0.5, -1]), tensor([3, 2])];
const loss = w.mul(x).sum().sub(1).square();
loss.backward();
console.log("loss", loss.item(), "with gradient", w.grad);

console.log("\n4. checkGradients compares gradients with central differences, and throws if they disagree.");
const worst = checkGradients((v) => v.tanh().mul(v.exp()), [tensor([0.3, -1.2])], { order: 2 });
console.log("largest difference, up to the second derivative:", worst.toExponential(0));

console.log("\n5. A polynomial layer multiplies the powers of its inputs by weights; it needs no activation function.");
console.log("powers of 2 and 4:", powers(tensor([2, 4]), 3));

console.log("\n6. A network of two polynomial layers learns the sine from 64 points.");
const random = new Random(1);
const model = new Sequential(
  new Polynomial(1, 8, { ...loretz2024, degree: 3, random }),
  new LayerNorm(8),
  new Polynomial(8, 1, { ...loretz2024, degree: 3, random }),
);
const inputs = linspace(-1, 1, 64).reshape([64, 1]);
const targets = inputs.mul(Math.PI).sin();
const optimiser = new Adam(model.parameters(), { learningRate: 0.02 });
for (let step = 0; step <= 600; step++) {
  const error = mseLoss(model.forward(inputs), targets);
  if (step % 200 === 0) console.log(`step ${step}: mean squared error ${error.item().toExponential(1)}`);
  optimiser.zeroGrad();
  error.backward();
  optimiser.step();
}
console.log(
  "learned value of sin(pi / 2):",
  model
    .forward(tensor([[0.5]]))
    .item()
    .toFixed(3),
);
