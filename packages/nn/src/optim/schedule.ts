/** Learning rates over time: functions from the step (0, 1, 2, ...) to the learning rate of that step. */
import { tensor, ValueError } from "@polygrad/tensor";
import type { Schedule } from "./optimiser.ts";

/** cos(pi x) by our own cosine, the same on every engine. */
function cosineOfHalfTurns(x: number): number {
  return tensor(Float64Array.of(Math.PI * x))
    .cos()
    .item();
}

function checkSteps(schedule: string, name: string, steps: number): void {
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw new ValueError(`${schedule}: ${name} must be a positive integer, got ${steps}`);
}

/** `rate` times `gamma` for every `size` steps that have passed (PyTorch's StepLR). */
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
 * From `rate` down half a cosine to `minimum` over `steps` steps, and up again if there are more
 * (CosineAnnealingLR; Loshchilov & Hutter 2017).
 */
export function cosine(
  rate: number,
  { steps, minimum = 0 }: { readonly steps: number; readonly minimum?: number },
): Schedule {
  checkSteps("cosine", "steps", steps);
  return (step) => minimum + ((rate - minimum) * (1 + cosineOfHalfTurns(step / steps))) / 2;
}

/** Rises linearly from `start` times the rates of `then` to all of them over `steps` steps; `then` begins after that. */
export function warmup(
  then: number | Schedule,
  { steps, start = 1 / 3 }: { readonly steps: number; readonly start?: number },
): Schedule {
  checkSteps("warmup", "steps", steps);
  const after: Schedule = typeof then === "number" ? () => then : then;
  return (step) => (step < steps ? after(0) * (start + ((1 - start) * step) / steps) : after(step - steps));
}

/** What the one-cycle schedule may be told; the defaults are PyTorch's. */
export interface OneCycleOptions {
  readonly steps: number;
  /** The share of the steps that rises. */
  readonly rising?: number;
  /** The rate starts at the maximum divided by this, */
  readonly startDivisor?: number;
  /** and ends at its start divided by this. */
  readonly endDivisor?: number;
  readonly anneal?: "cosine" | "linear";
}

/**
 * One rise to `maximum` and one fall (OneCycleLR; Smith & Topin 2018).
 * @throws ValueError if the steps are not a positive integer or the rising share not from 0 to 1; the schedule throws
 * one if asked for a step behind the last.
 */
export function oneCycle(maximum: number, options: OneCycleOptions): Schedule {
  const { steps, rising = 0.3, startDivisor = 25, endDivisor = 1e4, anneal = "cosine" } = options;
  checkSteps("oneCycle", "steps", steps);
  if (!(rising >= 0 && rising <= 1))
    throw new ValueError(`oneCycle: the rising share lies between 0 and 1, got ${rising}`);
  const [start, peak, last] = [maximum / startDivisor, rising * steps - 1, steps - 1];
  const between = (from: number, to: number, share: number) =>
    anneal === "linear" ? from + (to - from) * share : to + ((from - to) * (1 + cosineOfHalfTurns(share))) / 2;
  return (step) => {
    if (step > last) throw new ValueError(`oneCycle: step ${step} is behind the last of ${steps}; give it all steps`);
    if (step <= peak) return between(start, maximum, peak > 0 ? step / peak : 1);
    return between(maximum, start / endDivisor, (step - peak) / (last - peak));
  };
}
