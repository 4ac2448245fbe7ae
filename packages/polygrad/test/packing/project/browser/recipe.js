// The recipe of `pnpm example mnist`, with some of the images.
import {
  Adam,
  crossEntropy,
  Flatten,
  IMAGE_FILES,
  imageDataset,
  LayerNorm,
  loretz2024,
  Polynomial,
  Sequential,
  subset,
} from "polygrad";

async function read(file) {
  return new Uint8Array(await (await fetch(`/data/${file}`)).arrayBuffer());
}

export default {
  async data({ images }) {
    const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(IMAGE_FILES.map(read));
    const train = imageDataset(trainImages, trainLabels);
    const first = Int32Array.from({ length: images }, (_, index) => index);
    return { train: subset(train, first), test: imageDataset(testImages, testLabels) };
  },
  model: (_, random) =>
    new Sequential(
      new Flatten(),
      new Polynomial(784, 20, { ...loretz2024, degree: 3, random }),
      new LayerNorm(20),
      new Polynomial(20, 10, { ...loretz2024, degree: 3, random }),
    ),
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters) => new Adam(parameters, { learningRate: 0.1 }),
  evaluate(model, { inputs, labels }) {
    const correct = model
      .forward(inputs)
      .value.argmax(1)
      .filter((answer, row) => answer === labels[row]).length;
    return { accuracy: correct / labels.length };
  },
};
