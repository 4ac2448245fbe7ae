// A quadratic layer learns y = x^2 - x, first with the four packages, then with `polygrad`.
import * as autograd from "@polygrad/autograd";
import * as data from "@polygrad/data";
import * as nn from "@polygrad/nn";
import * as tensor from "@polygrad/tensor";
import * as polygrad from "polygrad";

const packages = { ...tensor, ...autograd, ...nn, ...data };

/** The weights that a layer learns. */
function learn({ DataLoader, loretz2024, mseLoss, Polynomial, Random, SGD, TensorDataset, linspace, zeros }) {
  const points = new TensorDataset(linspace(-1, 1, 32).reshape([32, 1]), zeros([32]).toArray(), 1);
  const layer = new Polynomial(1, 1, { ...loretz2024, degree: 2, random: new Random(1) });
  const optimiser = new SGD(layer.parameters(), { learningRate: 0.5, momentum: 0.5 });
  const loader = new DataLoader(points, { batchSize: 32, shuffle: true, seed: 1 });
  for (let epoch = 0; epoch < 300; epoch++)
    for (const { inputs } of loader) {
      optimiser.zeroGrad();
      mseLoss(layer.forward(inputs), inputs.mul(inputs).sub(inputs)).backward();
      optimiser.step();
    }
  return layer.weight.value.toArray();
}

console.log(JSON.stringify([learn(packages), learn(polygrad)]));
