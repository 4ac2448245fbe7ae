/** Ranges: integers and other evenly spaced numbers for a grid. */
import { ValueError } from "@polygrad/tensor";
import { numberFrom } from "@polygrad/tensor/internal";

/** The most values of a range. */
const MOST = 1_000_000;

/**
 * Numbers from 0 to `stop` - 1: `range(4)` is `[0, 1, 2, 3]`. As in Python, with `start` first, `range(2, 5)` is
 * `[2, 3, 4]`, and with a step `range(0, 1, 0.25)` is `[0, 0.25, 0.5, 0.75]`. Each number is `start + k * step`, rounded
 * once for the product and once for the sum, so errors do not add up.
 *
 * @throws ArgumentError if an argument is not a number; ValueError if one is not finite, the step is 0, or the range has
 * more than a million numbers
 */
export function range(start: number, stop?: number, step: number = 1): number[] {
  for (const [what, value] of Object.entries({ start, stop: stop === undefined ? 0 : stop, step }))
    numberFrom(-Number.MAX_VALUE, Number.MAX_VALUE)("range", what, value);
  const [first, last] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0) throw new ValueError("range: step must not be 0");
  const length = Math.max(0, Math.ceil((last - first) / step));
  if (length > MOST) throw new ValueError(`range: has ${length} numbers; at most ${MOST} are possible`);
  // Adding 0 turns -0 into 0: options must not contain -0.
  return Array.from({ length }, (_, k) => first + k * step + 0);
}
