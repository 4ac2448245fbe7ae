/** Schedules: functions from the step (0, 1, 2, ...) to the learning rate of that step. */
import { ArgumentError, tensor, ValueError } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, described, integerFrom, oneOf } from "@polygrad/tensor/internal";
import { aboveZero, numberIn, positiveInteger, share } from "../checks.ts";
import type { Schedule } from "./group.ts";

const rateCheck: Check = numberIn(0, Number.POSITIVE_INFINITY);

/** Checks the options of a schedule, of which one must be given. */
function checkSettings<Options extends object>(
  schedule: string,
  options: Options,
  known: Checks<Options>,
  needed: keyof Options & string,
): void {
  if (options === undefined || options === null)
    throw new ArgumentError(`${schedule}: needs options with ${needed}, got ${described(options)}`);
  checkOptions(schedule, options, known);
  known[needed](schedule, needed, options[needed]);
}

/** The schedule that computes the rate of a step by `rateOf`. */
export function scheduled(schedule: string, rateOf: Schedule): Schedule {
  return (step) => {
    integerFrom(0)(schedule, "the step", step);
    return rateOf(step);
  };
}

/** cos(pi x), by our own cosine, which gives the same bits on every engine. */
function cosineOfHalfTurns(x: number): number {
  return tensor(Float64Array.of(Math.PI * x))
    .cos()
    .item();
}

/** Options of the step decay. */
interface StepDecayOptions {
  /** The number of steps between two changes. */
  readonly size: number;
  /** The factor; 0.1 by default. */
  readonly gamma?: number;
}

const stepDecayOptions: Checks<StepDecayOptions> = { size: positiveInteger, gamma: rateCheck };

/**
 * `rate`, multiplied by `gamma` (0.1 by default) after every `size` steps (PyTorch's StepLR).
 * @throws ArgumentError if an option is unknown; ValueError if the size is not a positive integer, or the rate or gamma
 * is negative or not finite
 */
export function stepDecay(rate: number, options: StepDecayOptions): Schedule {
  rateCheck("stepDecay", "the rate", rate);
  checkSettings("stepDecay", options, stepDecayOptions, "size");
  const { size, gamma = 0.1 } = options;
  return scheduled(
    "stepDecay",
    (step) =>
      rate *
      tensor(Float64Array.of(gamma))
        .pow(Math.floor(step / size))
        .item(),
  );
}

/** Options of the cosine schedule. */
interface CosineOptions {
  /** The number of steps in which the rate falls. */
  readonly steps: number;
  /** The rate at the end; 0 by default. */
  readonly minimum?: number;
}

const cosineOptions: Checks<CosineOptions> = { steps: positiveInteger, minimum: rateCheck };

/**
 * Falls along half a cosine from `rate` to `minimum` (0 by default) in `steps` steps, and rises again if there are more
 * steps (PyTorch's CosineAnnealingLR; Loshchilov & Hutter 2017).
 * @throws ArgumentError if an option is unknown; ValueError if the steps are not a positive integer, or a rate is
 * negative or not finite
 */
export function cosine(rate: number, options: CosineOptions): Schedule {
  rateCheck("cosine", "the rate", rate);
  checkSettings("cosine", options, cosineOptions, "steps");
  const { steps, minimum = 0 } = options;
  return scheduled("cosine", (step) => minimum + ((rate - minimum) * (1 + cosineOfHalfTurns(step / steps))) / 2);
}

/** Options of the warm-up. */
interface WarmupOptions {
  /** The number of steps in which the rate rises. */
  readonly steps: number;
  /** The share of the first rate of what follows at which it starts; a third by default. */
  readonly start?: number;
}

const warmupOptions: Checks<WarmupOptions> = { steps: positiveInteger, start: share };

/**
 * Rises linearly in `steps` steps from `start` times the first rate of `then` (a third by default) to that rate; then
 * follows `then` from its beginning.
 * @throws ArgumentError if `then` is neither a rate nor a schedule, or an option is unknown; ValueError if the steps are
 * not a positive integer, or `start` does not lie between 0 and 1
 */
export function warmup(then: number | Schedule, options: WarmupOptions): Schedule {
  if (typeof then !== "function") rateCheck("warmup", "the rate or schedule that follows", then);
  checkSettings("warmup", options, warmupOptions, "steps");
  const { steps, start = 1 / 3 } = options;
  const after: Schedule = typeof then === "number" ? () => then : then;
  return scheduled("warmup", (step) =>
    step < steps ? after(0) * (start + ((1 - start) * step) / steps) : after(step - steps),
  );
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

const oneCycleOptions: Checks<OneCycleOptions> = {
  steps: positiveInteger,
  rising: share,
  startDivisor: aboveZero,
  endDivisor: aboveZero,
  anneal: oneOf("cosine", "linear"),
};

/**
 * Rises once to `maximum` and falls once (PyTorch's OneCycleLR; Smith & Topin 2018).
 * @throws ArgumentError if an option is unknown; ValueError if the steps are not a positive integer, `rising` does not
 * lie between 0 and 1, a divisor is not above 0, or the maximum is negative or not finite; the schedule throws one for a
 * step after the last
 */
export function oneCycle(maximum: number, options: OneCycleOptions): Schedule {
  rateCheck("oneCycle", "the maximum", maximum);
  checkSettings("oneCycle", options, oneCycleOptions, "steps");
  const { steps, rising = 0.3, startDivisor = 25, endDivisor = 1e4, anneal = "cosine" } = options;
  const [start, peak, last] = [maximum / startDivisor, rising * steps - 1, steps - 1];
  const between = (from: number, to: number, share: number) =>
    anneal === "linear" ? from + (to - from) * share : to + ((from - to) * (1 + cosineOfHalfTurns(share))) / 2;
  return scheduled("oneCycle", (step) => {
    if (step > last)
      throw new ValueError(
        `oneCycle: step ${step} comes after the last of ${steps} steps; set steps to the length of the training`,
      );
    if (step <= peak) return between(start, maximum, peak > 0 ? step / peak : 1);
    return between(maximum, start / endDivisor, (step - peak) / (last - peak));
  });
}
