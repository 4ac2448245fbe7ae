/** The training loop, and the evaluation after every epoch. */
import { setImmediate } from "node:timers/promises";
import { Adam, crossEntropy, DataLoader, type Dataset, lossValue, noGrad, type Sequential } from "polygrad";
import type { Options } from "./options.ts";

/** What one epoch came to. */
export interface Epoch {
  readonly epoch: number;
  /** Mean over the training images, while the weights were changing. */
  readonly trainLoss: number;
  readonly testLoss: number;
  /** From 0 to 1. */
  readonly testAccuracy: number;
  /** Training only. */
  readonly seconds: number;
}

/** How far the epoch under way has come. */
export interface Step {
  readonly epoch: number;
  readonly loss: number;
  readonly done: number;
  readonly seconds: number;
}

/** A sink for what happens, and the signal to stop. */
export interface Observer {
  readonly signal: AbortSignal;
  onStep(step: Step): void;
}

/** Trains, and yields the figures of every finished epoch. Stops early, between two steps, if the signal says so. */
export async function* train(
  model: Sequential,
  data: { readonly train: Dataset; readonly test: Dataset },
  { epochs, batch, learningRate }: Options,
  seed: number,
  { signal, onStep }: Observer,
): AsyncGenerator<Epoch> {
  const loader = new DataLoader(data.train, { batchSize: batch, shuffle: true, seed });
  const optimiser = new Adam(model.parameters(), { learningRate });
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const start = performance.now();
    let [total, done] = [0, 0];
    for (const { inputs, labels } of loader) {
      optimiser.zeroGrad();
      const loss = crossEntropy(model.forward(inputs), labels);
      loss.backward();
      optimiser.step();
      const value = lossValue(loss, optimiser.steps);
      total += value * labels.length;
      done += labels.length;
      onStep({ epoch, loss: value, done, seconds: (performance.now() - start) / 1000 });
      await setImmediate(); // lets Ctrl-C through
      if (signal.aborted) return;
    }
    const seconds = (performance.now() - start) / 1000;
    yield { epoch, trainLoss: total / done, ...evaluate(model, data.test), seconds };
  }
}

/** Mean loss and share of correct answers over a dataset. */
export function evaluate(model: Sequential, dataset: Dataset): { testLoss: number; testAccuracy: number } {
  let [total, correct] = [0, 0];
  noGrad(() => {
    for (const { inputs, labels } of new DataLoader(dataset, { batchSize: 2000 })) {
      const logits = model.forward(inputs);
      total += crossEntropy(logits, labels).item() * labels.length;
      logits.value.argmax(1).forEach((answer, i) => {
        if (answer === labels[i]) correct++;
      });
    }
  });
  return { testLoss: total / dataset.length, testAccuracy: correct / dataset.length };
}
