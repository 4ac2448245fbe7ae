/** Memory use over thousands of training steps, which must not grow. */
import { Adam, crossEntropy, LayerNorm, loretz2024, normal, Polynomial, Random, Sequential } from "polygrad";
import { table } from "./measure.ts";

const STEPS = 5000;

export async function benchMemory(): Promise<void> {
  const random = new Random(0);
  const model = new Sequential(
    new Polynomial(64, 20, { ...loretz2024, degree: 3, random }),
    new LayerNorm(20),
    new Polynomial(20, 10, { ...loretz2024, degree: 3, random }),
  );
  const optimiser = new Adam(model.parameters());
  const inputs = normal([128, 64], random);
  const labels = Int32Array.from({ length: 128 }, () => random.below(10));
  const rows: string[][] = [];
  for (let step = 0; step <= STEPS; step++) {
    if (step % 1000 === 0) {
      const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
      rows.push([String(step), ...[rss, heapUsed, arrayBuffers].map((bytes) => (bytes / 2 ** 20).toFixed(0))]);
    }
    optimiser.zeroGrad();
    crossEntropy(model.forward(inputs), labels).backward();
    optimiser.step();
    if (step % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  table([["memory after N steps, MiB", "resident", "JS heap", "buffers"], ...rows]);
}
