/** The third measurement that explains the map: how much of what the last layer reads depends on the image at all. */
import { Adam, clipGradNorm, crossEntropy, LayerNorm, noGrad, Random, Sequential } from "polygrad";
import type { Digits } from "./digits.ts";
import { firstSamples } from "./measure.ts";
import { makeNetwork, type NetworkChoice } from "./network.ts";
import type { Samples } from "./probe.ts";
import type { Training } from "./recipe.ts";

/**
 * Trains on one batch again and again and returns, after each number of `steps`, the share of the mean square of the last
 * LayerNorm's output that is variance over the images. The rest is the same for all images. null: not finite.
 */
export function measureSignal(
  { train }: Digits,
  choice: NetworkChoice & Training,
  seed: number,
  steps: readonly number[],
): (number | null)[] {
  const network = makeNetwork(choice, new Random(seed));
  const batch = firstSamples(train);
  const optimiser = new Adam(network.parameters(), { learningRate: choice.learningRate });
  const shares: (number | null)[] = [];
  for (let step = 0; shares.length < steps.length; step++) {
    if (steps.includes(step)) {
      const share = sharedPartOf(network, batch);
      shares.push(Number.isFinite(share) ? 1 - share : null);
    }
    const loss = crossEntropy(network.forward(batch.inputs), batch.labels);
    if (!Number.isFinite(loss.item())) return [...shares, ...steps.slice(shares.length).map(() => null)];
    loss.backward();
    if (choice.clipNorm > 0) clipGradNorm(network.parameters(), choice.clipNorm);
    optimiser.step();
    optimiser.zeroGrad();
  }
  return shares;
}

/** The share of the mean square of the last norm's output that lies in the means over the images. */
function sharedPartOf({ layers }: Sequential, { inputs }: Samples): number {
  const last = layers.findLastIndex((layer) => layer instanceof LayerNorm);
  const z = noGrad(() => new Sequential(...layers.slice(0, last + 1)).forward(inputs)).value;
  return z.mean(0).square().mean().div(z.square().mean()).item();
}
