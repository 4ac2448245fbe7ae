/** One fit: a network of one method, trained on the points of one task. */
import type { Data, Recipe } from "@polygrad/parallel";
import { Adam, cosine, MeanSquaredError, mseLoss, type Sequential, type Tensor } from "polygrad";
import { isTable, type Points, pointsOf, type Task } from "./data.ts";
import { hiddenFor, type Method, methods } from "./networks.ts";

/** The options of one run. */
export interface Configuration {
  readonly task: Task;
  readonly method: keyof typeof methods;
  readonly seed: number;
  /** The most parameters. */
  readonly budget: number;
  readonly learningRate: number;
}

/** The points already drawn, for the next run in this process. */
const drawn = new Map<string, Promise<Points>>();

export default {
  data: ({ task, seed }) => {
    const key = `${task} ${seed}`;
    const points = drawn.get(key) ?? pointsOf(task, seed);
    drawn.set(key, points);
    return points;
  },
  model: ({ method, budget, task }, random, { train }) => {
    const own: Method = methods[method];
    const [inputs] = train.sampleShape;
    return own.network(inputs, hiddenFor(own, inputs, budget), random, isTable(task));
  },
  loss: (model, { inputs, targets }) => mseLoss(model.forward(inputs), targets),
  optimiser: (parameters, { learningRate }, { epochs, stepsPerEpoch }) =>
    new Adam(parameters, { learningRate: cosine(learningRate, { steps: epochs * stepsPerEpoch }) }),
  evaluate: (model, { inputs, targets }) => ({ mse: new MeanSquaredError().add(model.forward(inputs), targets) }),
} satisfies Recipe<Configuration, Sequential, Data<Tensor>>;
