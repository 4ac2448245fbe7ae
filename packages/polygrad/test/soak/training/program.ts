/**
 * A program that trains for a number of seconds in one thread, as a user writes it, with everything that may go wrong:
 * program.ts SECONDS SEED. It prints a line of figures every SECONDS / 40.
 */
import { setImmediate as turn } from "node:timers/promises";
import {
  Adam,
  crossEntropy,
  DataLoader,
  Dropout,
  GELU,
  grad,
  ImageDataset,
  isRecording,
  LayerNorm,
  Linear,
  loretz2024,
  noGrad,
  normal,
  Polynomial,
  pin,
  Random,
  Sequential,
  SGD,
  type Variable,
  variable,
} from "polygrad";
import { heap } from "../../../../tensor/src/memory/heap.ts";

const [seconds, seed] = process.argv.slice(2).map(Number);
const random = new Random(seed);
const IMAGES = 600;
const SIZE = 12;
const CLASSES = 4;

function images(): ImageDataset {
  const labels = Uint8Array.from({ length: IMAGES }, () => random.below(CLASSES));
  const pixels = Uint8Array.from({ length: IMAGES * SIZE * SIZE }, (_, at) => {
    const isBright = (at % (SIZE * SIZE)) % CLASSES === labels[Math.floor(at / (SIZE * SIZE))];
    return isBright ? 150 + random.below(100) : random.below(100);
  });
  return new ImageDataset(pixels, [SIZE * SIZE], labels, CLASSES);
}

const data = images();
const model = new Sequential(
  new Polynomial(SIZE * SIZE, 24, { ...loretz2024, degree: 2, random }),
  new LayerNorm(24),
  new GELU(),
  new Dropout(0.1, { random }),
  new Linear(24, CLASSES, { random }),
);
const optimisers = [
  new SGD(model.parameters(), { learningRate: 0.01, momentum: 0.9 }),
  new Adam(model.parameters(), { learningRate: 0.001 }),
];

class Mishap extends Error {}

/** What a step may do before it trains, by number. Some of them throw. */
const events: readonly ((loss: () => Variable) => void)[] = [
  // A graph that is dropped without a backward pass, and one that is kept for a second pass that never comes.
  (loss) => void loss(),
  (loss) => loss().backward(undefined, { retainGraph: true }),
  // Errors in the middle of a computation.
  (loss) => {
    loss().add(1);
    throw new Mishap("after the forward pass");
  },
  (loss) => loss().matmul(variable([1, 2])),
  (loss) =>
    noGrad(() => {
      loss();
      throw new Mishap("in noGrad");
    }),
  () =>
    grad((x) => {
      x.square().sum();
      throw new Mishap("in a function to differentiate");
    })(3),
  () => {
    for (const { inputs } of new DataLoader(data, { batchSize: 50, shuffle: true })) {
      model.forward(inputs);
      throw new Mishap("in a loop over batches");
    }
  },
  // A gradient of gradients, a loader that is left early, new pinned tensors.
  () => {
    const x = variable(pin(normal([5, 8], random)));
    const penalty = grad((y) =>
      grad((z) => z.square().mul(z).sum())(y)
        .square()
        .sum(),
    );
    penalty(x);
  },
  () => {
    for (const { inputs } of new DataLoader(data, { batchSize: 70 })) if (model.forward(inputs).rank > 0) break;
  },
  () => void images(),
];

async function report(steps: number, mishaps: number, loss: number): Promise<void> {
  // Pinned memory is freed once its last view has been collected and the finalizer has run.
  for (let k = 0; k < 4; k++) {
    globalThis.gc?.();
    await turn();
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const [used, size] = [heap().used, heap().memory.buffer.byteLength];
  console.log(JSON.stringify({ steps, mishaps, loss, rss, heapUsed, arrayBuffers, used, size }));
}

/** On a machine that is very busy, it trains for longer. */
const LEAST_EPOCHS = 60;
let [steps, epochs, mishaps, last] = [0, 0, 0, Number.NaN];
const start = performance.now();
let next = 0;
const loader = new DataLoader(data, { batchSize: 64, shuffle: true, seed });
while (performance.now() - start < 1000 * seconds || epochs < LEAST_EPOCHS) {
  for (const { inputs, labels } of loader) {
    const optimiser = optimisers[Math.floor(steps / 1000) % 2];
    const loss = () => crossEntropy(model.forward(inputs), labels);
    if (random.below(4) === 0) {
      try {
        events[random.below(events.length)](loss);
      } catch {
        mishaps++;
      }
      if (!isRecording()) throw new Error("an error has left recording off");
    }
    optimiser.zeroGrad();
    const value = loss();
    value.backward();
    optimiser.step();
    last = value.item();
    if (!Number.isFinite(last)) throw new Error(`the loss is ${last} in step ${steps}`);
    steps++;
  }
  epochs++;
  // Results are freed between turns of the event loop.
  await turn();
  if (performance.now() - start >= next) {
    await report(steps, mishaps, last);
    next += (1000 * seconds) / 40;
  }
}
await report(steps, mishaps, last);
