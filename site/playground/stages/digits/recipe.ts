/** The recipe of the training, which every worker of the crew loads. */
import type { Data, Recipe } from "@polygrad/parallel";
import { Adam, crossEntropy, type Sequential } from "polygrad";
import { trainingImages } from "./images.ts";
import { networkOf } from "./network.ts";
import type { DigitsSettings } from "./settings.ts";

const recipe: Recipe<DigitsSettings, Sequential> = {
  data: async ({ images }): Promise<Data> => ({ train: await trainingImages(images) }),
  model: networkOf,
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters, { lr }) => new Adam(parameters, { learningRate: lr }),
};
export default recipe;
