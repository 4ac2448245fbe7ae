// A quadratic layer learns y = x^2 - x, or fails if the options say so.
import { linspace, loretz2024, mseLoss, Polynomial, SGD, TensorDataset, zeros } from "polygrad";

let fails = false;

export default {
  data: () => ({ train: new TensorDataset(linspace(-1, 1, 48).reshape([48, 1]), zeros([48]).toArray(), 1) }),
  model(options, random) {
    fails = options.fails;
    return new Polynomial(1, 1, { ...loretz2024, degree: 2, random });
  },
  loss(model, { inputs }) {
    if (fails) throw new Error("boom");
    return mseLoss(model.forward(inputs), inputs.mul(inputs).sub(inputs));
  },
  optimiser: (parameters) => new SGD(parameters, { learningRate: 0.5, momentum: 0.5 }),
};
