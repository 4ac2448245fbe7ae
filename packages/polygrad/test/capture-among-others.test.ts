/** Captured training and evaluation, among steps that run and batches that are read: the same bits as without capture. */
import {
  Adam,
  capture,
  crossEntropy,
  DataLoader,
  Dropout,
  Flatten,
  ImageDataset,
  type Labels,
  LayerNorm,
  Linear,
  loretz2024,
  noGrad,
  Polynomial,
  Random,
  ReLU,
  Sequential,
  SGD,
  type Tensor,
} from "polygrad";
import { describe, expect, test } from "vitest";

/** Images of which that share of bytes is not 0: so zeros are skipped or not, from bytes or from floats. */
function images(count: number, density: number): ImageDataset {
  const random = new Random(1);
  const byte = () => (random.uniform() < density ? random.below(256) : 0);
  const labels = Uint8Array.from({ length: count }, () => random.below(7));
  return new ImageDataset(Uint8Array.from({ length: 100 * count }, byte), [10, 10], labels, 7);
}

const networks = {
  polynomials: (random: Random) =>
    new Sequential(
      ...[
        new Flatten(),
        new Polynomial(100, 20, { ...loretz2024, random }),
        new LayerNorm(20),
        new Dropout(0.2, { random }),
      ],
      new Polynomial(20, 7, { ...loretz2024, random }),
    ),
  "linear layers": (random: Random) =>
    new Sequential(
      ...[new Flatten(), new Linear(100, 70, { random }), new ReLU(), new Linear(70, 20, { random }), new ReLU()],
      ...[new Dropout(0.2, { random }), new Linear(20, 7, { random })],
    ),
};

interface Outcome {
  readonly seen: unknown[];
  readonly explanations: ReadonlySet<string>;
}

/** A training in which chance decides what comes before, between and after the steps that may be captured. */
function train(makeModel: (random: Random) => Sequential, density: number, seed: number, isCaptured: boolean): Outcome {
  const model = makeModel(new Random(seed));
  const parameters = model.parameters();
  const optimiser = seed % 2 === 0 ? new Adam(parameters) : new SGD(parameters, { momentum: 0.9 });
  const loader = new DataLoader(images(150, density), { batchSize: 32, shuffle: true, seed });
  const [chance, seen, explanations] = [new Random(seed + 100), [] as unknown[], new Set<string>()];
  const step = (x: Tensor, labels: Labels) => {
    const loss = crossEntropy(model.forward(x), labels);
    loss.backward();
    return loss;
  };
  const evaluate = (x: Tensor, labels: Labels) =>
    noGrad(() => {
      model.eval();
      const logits = model.forward(x);
      model.train();
      return { logits: logits.value, loss: crossEntropy(logits, labels) };
    });
  const [captured, evaluated] = [capture(step, { check: 5 }), capture(evaluate)];
  for (let epoch = 0; epoch < 6; epoch++)
    for (const { inputs, labels } of loader) {
      if (chance.bernoulli(0.3)) seen.push(evaluate(inputs, labels).loss.item());
      if (chance.bernoulli(0.2)) seen.push(inputs.data[17]);
      if (chance.bernoulli(0.7)) optimiser.zeroGrad();
      const waiting = chance.bernoulli(0.2) ? crossEntropy(model.forward(inputs), labels) : undefined;
      seen.push((isCaptured ? captured : step)(inputs, labels).item());
      explanations.add(captured.explain());
      waiting?.backward();
      if (chance.bernoulli(0.6)) {
        const { logits, loss } = (isCaptured ? evaluated : evaluate)(inputs, labels);
        seen.push(logits.toArray(), loss.item());
      }
      if (chance.bernoulli(0.8)) optimiser.step();
      if (chance.bernoulli(0.2)) seen.push(step(inputs, labels).item());
    }
  return { seen: [...seen, model.stateDict(), optimiser.steps], explanations };
}

describe.each(Object.entries(networks))("%s", (_, network) => {
  test.each([0.1, 0.6, 1])("with a share of %d of the pixels that are not 0", (density) => {
    for (let seed = 0; seed < 4; seed++) {
      const { seen, explanations } = train(network, density, seed, true);
      expect(seen).toEqual(train(network, density, seed, false).seen);
      expect([...explanations].toSorted()).toEqual(["captured", "runs as usual, because it is being taped"]);
    }
  });
});
