/** Captured steps over batches of bytes: whether zeros are skipped or not, the weights are those of steps that run. */
import {
  Adam,
  type Batch,
  BSpline,
  capture,
  crossEntropy,
  DataLoader,
  Flatten,
  ImageDataset,
  type Labels,
  LayerNorm,
  Linear,
  loretz2024,
  type Module,
  Polynomial,
  Random,
  ReLU,
  Sequential,
  subset,
  type Tensor,
  type Variable,
} from "polygrad";
import { describe, expect, test } from "vitest";

const networks: Record<string, (random: Random) => Module> = {
  polynomial: (random) =>
    new Sequential(new Flatten(), new Polynomial(64, 20, { ...loretz2024, random }), new LayerNorm(20)),
  spline: (random) => new Sequential(new Flatten(), new BSpline(64, 20, { random }), new LayerNorm(20)),
  "polynomial in a basis": (random) =>
    new Sequential(
      new Flatten(),
      new Polynomial(64, 20, { basis: "chebyshev", squash: "tanh", random }),
      new Polynomial(20, 20, { basis: "hermite", elementwise: true, random }),
    ),
  linear: (random) => new Sequential(new Flatten(), new Linear(64, 20, { random }), new ReLU(), new LayerNorm(20)),
};

/** 200 images of which a share of the pixels is not zero. */
function images(share: number): ImageDataset {
  const random = new Random(4);
  const pixels = Uint8Array.from({ length: 200 * 64 }, () => (random.uniform() < share ? 1 + random.below(255) : 0));
  return new ImageDataset(
    pixels,
    [8, 8],
    Uint8Array.from({ length: 200 }, () => random.below(20)),
    20,
  );
}

/** The weights after four epochs with batches of 64 and, at the end of an epoch, of 8. */
function trained(make: (random: Random) => Module, share: number, isCaptured: boolean, meet: (batch: Batch) => void) {
  const model = make(new Random(1));
  const optimiser = new Adam(model.parameters(), { learningRate: 0.01 });
  const step = (inputs: Tensor, labels: Labels): Variable => {
    optimiser.zeroGrad();
    const loss = crossEntropy(model.forward(inputs), labels);
    loss.backward();
    optimiser.step();
    return loss;
  };
  const captured = capture(step);
  const losses: number[] = [];
  const loader = new DataLoader(subset(images(share), [...Array(200).keys()]), { batchSize: 64, shuffle: true });
  for (let epoch = 0; epoch < 4; epoch++)
    for (const batch of loader) {
      meet(batch);
      losses.push((isCaptured ? captured : step)(batch.inputs, batch.labels).item());
    }
  return { losses, weights: model.parameters().map(({ value }) => value.toArray()), explanation: captured.explain() };
}

describe.each(Object.entries(networks))("a %s network", (_, make) => {
  test.each([
    ["nobody looks at", () => {}],
    ["are looked at, now and then", ({ inputs, indices }: Batch) => void (indices[0] % 3 === 0 && inputs.data[0])],
    [
      "are changed, now and then",
      ({ inputs, indices }: Batch) => void (indices[0] % 3 === 0 && inputs.data.fill(0.5, 0, 99)),
    ],
  ])("trained on batches that %s", (_, meet) => {
    for (const share of [0.1, 0.5, 1]) {
      const [wanted, got] = [false, true].map((isCaptured) => trained(make, share, isCaptured, meet));
      expect(got.losses).toEqual(wanted.losses);
      expect(got.weights).toEqual(wanted.weights);
      expect(got.explanation).toBe("captured");
    }
  });
});
