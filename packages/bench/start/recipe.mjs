// The article's polynomial network on MNIST.
import { Adam, crossEntropy, Flatten, LayerNorm, loretz2024, Polynomial, Sequential } from "polygrad";
import { mnist } from "polygrad/node";

export default {
  data: () => mnist(),
  model: (_, random) =>
    new Sequential(
      new Flatten(),
      new Polynomial(784, 20, { ...loretz2024, degree: 3, random }),
      new LayerNorm(20),
      new Polynomial(20, 10, { ...loretz2024, degree: 3, random }),
    ),
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters) => new Adam(parameters, { learningRate: 0.1 }),
};
