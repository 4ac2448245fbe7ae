/** The second measurement that explains the map: how sharp the loss is along training, in Adam's terms. */
import { Adam, clipGradNorm, crossEntropy, oneCycle, Random, type Sequential } from "polygrad";
import { criticalRate, flat, type Landscape } from "./curvature.ts";
import type { Digits } from "./digits.ts";
import { finite, firstSamples } from "./measure.ts";
import { makeNetwork, type NetworkChoice } from "./network.ts";
import { landscapeOf, preconditionedSharpnessOf, sharpnessOf } from "./probe.ts";
import type { Training } from "./recipe.ts";

/** A point on the way of a training. null stands for what is not finite. */
export interface Point {
  /** The number of steps taken. */
  readonly step: number;
  readonly loss: number | null;
  /** The largest eigenvalue of the Hessian. */
  readonly sharpness: number | null;
  /** The largest eigenvalue of P^-1 H, times the learning rate of the next step: see `nextStep`. */
  readonly adam: number | null;
  /** The learning rate of the next step in proportion to the largest one at which it does not raise the loss. */
  readonly excess: number | null;
}

/** Where Adam with beta1 = 0.9 becomes unstable: at (2 + 2 beta1) / (1 - beta1) / learning rate (Cohen et al. 2022). */
export const EDGE = 38;

/** Adam's settings: the defaults of Polygrad and of PyTorch. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Trains on one batch again and again, so that gradients have no noise, and measures after each number of `steps`. */
export function measurePath(
  { train }: Digits,
  choice: NetworkChoice & Training,
  seed: number,
  steps: readonly number[],
): Point[] {
  const network = makeNetwork(choice, new Random(seed));
  const { inputs, labels } = firstSamples(train);
  const last = steps[steps.length - 1];
  const { learningRate, schedule, clipNorm } = choice;
  const rate = schedule === "constant" ? learningRate : oneCycle(learningRate, { steps: last + 1 });
  const optimiser = new Adam(network.parameters(), { learningRate: rate, betas: [BETA1, BETA2], epsilon: EPSILON });
  const points: Point[] = [];
  for (let step = 0; step <= last; step++) {
    const loss = crossEntropy(network.forward(inputs), labels);
    loss.backward();
    if (!Number.isFinite(loss.item())) {
      points.push({ step, loss: null, sharpness: null, adam: null, excess: null });
      break;
    }
    const norm = clipNorm > 0 ? clipGradNorm(network.parameters(), clipNorm) : 0;
    if (steps.includes(step)) {
      const clipped = norm > clipNorm ? clipNorm / norm : 1;
      points.push(pointOf(landscapeOf(network, { inputs, labels }), network, optimiser, clipped));
    }
    optimiser.step();
    optimiser.zeroGrad();
  }
  return points;
}

function pointOf(at: Landscape, network: Sequential, optimiser: Adam, clipped: number): Point {
  const { divisor, direction } = nextStep(at, network, optimiser, clipped);
  const rate = optimiser.currentRate;
  const adam = preconditionedSharpnessOf(at, divisor);
  const critical = criticalRate(at, direction);
  return {
    step: optimiser.steps,
    loss: finite(at.loss),
    sharpness: finite(sharpnessOf(at)),
    adam: finite(adam === undefined ? undefined : adam * rate),
    // A negative critical rate: Adam's mean points uphill, so any step raises the loss.
    excess: critical > 0 ? finite(rate / critical) : null,
  };
}

/**
 * The next step of Adam is the rate times m / P, where m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2 and
 * P = (1 - b1^t) (sqrt(v / (1 - b2^t)) + epsilon), as Cohen et al. define it.
 *
 * @returns P as `divisor`, and m / P as `direction`
 */
function nextStep(
  { gradient }: Landscape,
  network: Sequential,
  optimiser: Adam,
  clipped: number,
): { divisor: Float64Array; direction: Float64Array } {
  const state = optimiser.stateDict();
  const ofState = (name: string) => flat(network.parameters().map((_, k) => state[`${k}.${name}`]));
  const [means, squares] = [ofState("mean"), ofState("square")];
  const [rest1, rest2] = [1 - power(BETA1, optimiser.steps + 1), 1 - power(BETA2, optimiser.steps + 1)];
  const divisor = squares.map((square, i) => {
    const g = clipped * gradient[i];
    return rest1 * (Math.sqrt((BETA2 * square + (1 - BETA2) * g * g) / rest2) + EPSILON);
  });
  const direction = means.map((mean, i) => (BETA1 * mean + (1 - BETA1) * clipped * gradient[i]) / divisor[i]);
  return { divisor, direction };
}

function power(base: number, exponent: number): number {
  let product = 1;
  for (let k = 0; k < exponent; k++) product *= base;
  return product;
}
