/** Schedules: functions from the step (0, 1, 2, ...) to the learning rate of that step. */
import { tensor, ValueError } from "@polygrad/tensor";
import type { Schedule } from "./optimiser.ts";

/** cos(pi x), by our own cosine, which gives the same bits on every engine. */
function cosineOfHalfTurns(x: number): number {
  return tensor(Float64Array.of(Math.PI * x))
    .cos()
    .item();
}

function checkSteps(schedule: string, name: string, steps: number): void {
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw new ValueError(`${schedule}: ${name} must be a positive integer, got ${steps}`);
}

/**
 * `rate`, multiplied by `gamma` (0.1 by default) after every `size` steps (PyTorch's StepLR).
 * @throws ValueError if the size is not a positive integer
 */
export function stepDecay(
  rate: number,
  { size, gamma = 0.1 }: { readonly size: number; readonly gamma?: number },
): Schedule {
  checkSteps("stepDecay", "size", size);
  return (step) =>
    rate *
    tensor(Float64Array.of(gamma))
      .pow(Math.floor(step / size))
      .item();
}

/**
 * Falls along half a cosine from `rate` to `minimum` (0 by default) in `steps` steps, and rises again if there are more
 * steps (PyTorch's CosineAnnealingLR; Loshchilov & Hutter 2017).
 * @throws ValueError if the steps are not a positive integer
 */
export function cosine(
  rate: number,
  { steps, minimum = 0 }: { readonly steps: number; readonly minimum?: number },
): Schedule {
  checkSteps("cosine", "steps", steps);
  return (step) => minimum + ((rate - minimum) * (1 + cosineOfHalfTurns(step / steps))) / 2;
}

/**
 * Rises linearly in `steps` steps from `start` times the first rate of `then` (a third by default) to that rate; then
 * follows `then` from its beginning.
 * @throws ValueError if the steps are not a positive integer
 */
export function warmup(
  then: number | Schedule,
  { steps, start = 1 / 3 }: { readonly steps: number; readonly start?: number },
): Schedule {
  checkSteps("warmup", "steps", steps);
  const after: Schedule = typeof then === "number" ? () => then : then;
  return (step) => (step < steps ? after(0) * (start + ((1 - start) * step) / steps) : after(step - steps));
}

/** Options of the one-cycle schedule; the defaults are PyTorch's. */
export interface OneCycleOptions {
  /** The number of steps of the whole cycle. */
  readonly steps: number;
  /** The share of the steps in which the rate rises; 0.3 by default. */
  readonly rising?: number;
  /** The rate starts at the maximum divided by this; 25 by default. */
  readonly startDivisor?: number;
  /** The rate ends at its start divided by this; 1e4 by default. */
  readonly endDivisor?: number;
  /** How the rate moves between its start, maximum and end; "cosine" by default. */
  readonly anneal?: "cosine" | "linear";
}

/**
 * Rises once to `maximum` and falls once (PyTorch's OneCycleLR; Smith & Topin 2018).
 * @throws ValueError if the steps are not a positive integer or `rising` does not lie between 0 and 1; the schedule
 * throws one for a step after the last
 */
export function oneCycle(maximum: number, options: OneCycleOptions): Schedule {
  const { steps, rising = 0.3, startDivisor = 25, endDivisor = 1e4, anneal = "cosine" } = options;
  checkSteps("oneCycle", "steps", steps);
  if (!(rising >= 0 && rising <= 1)) throw new ValueError(`oneCycle: rising must lie between 0 and 1, got ${rising}`);
  const [start, peak, last] = [maximum / startDivisor, rising * steps - 1, steps - 1];
  const between = (from: number, to: number, share: number) =>
    anneal === "linear" ? from + (to - from) * share : to + ((from - to) * (1 + cosineOfHalfTurns(share))) / 2;
  return (step) => {
    if (step > last)
      throw new ValueError(
        `oneCycle: step ${step} comes after the last of ${steps} steps; set steps to the length of the training`,
      );
    if (step <= peak) return between(start, maximum, peak > 0 ? step / peak : 1);
    return between(maximum, start / endDivisor, (step - peak) / (last - peak));
  };
}
