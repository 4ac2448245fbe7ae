/** Fits a network to the training part of a fold, and measures it on the other part. */
import { Adam, cosine, DataLoader, type Fold, type Module, mseLoss, noGrad, standardise, type Tensor } from "polygrad";

/** How well a network predicts what it was not trained on. */
export interface Score {
  /** The root of the mean squared error, in the unit of the target. */
  readonly rmse: number;
  /** The share of the target's variance that the network explains: 1 is all, 0 none. */
  readonly r2: number;
}

const EPOCHS = 40;
const BATCH = 64;

/** Trains `model`, whose weights are random, and returns its score on the validation part. */
export function fit(model: Module, { train, validation }: Fold<Tensor>, seed: number): Score {
  // Both scales are measured on the training part: the network must not know anything of the other one.
  const [inputs, targets] = [standardise(train), standardise(train, "targets")];
  const scaled = targets.transform(inputs.transform(train));
  const loader = new DataLoader(scaled, { batchSize: BATCH, shuffle: true, seed });
  const optimiser = new Adam(model.parameters(), {
    learningRate: cosine(0.03, { steps: EPOCHS * loader.length }),
  });
  for (let epoch = 0; epoch < EPOCHS; epoch++)
    for (const batch of loader) {
      const loss = mseLoss(model.forward(batch.inputs), batch.targets);
      optimiser.zeroGrad();
      loss.backward();
      optimiser.step();
    }
  const outputs = noGrad(() => model.eval().forward(inputs.transform(validation).inputs));
  return score(targets.inverse(outputs.value), validation.targets);
}

function score(predicted: Tensor, actual: Tensor): Score {
  const squares = predicted.sub(actual).square().mean().item();
  return { rmse: Math.sqrt(squares), r2: 1 - squares / actual.sub(actual.mean()).square().mean().item() };
}
