/** Scales: from numbers to places on paper. d3-scale does more, but is as large as the rest of the page. */

export interface Scale {
  (value: number): number;
  /** About so many round numbers of the domain. */
  ticks(count: number): readonly number[];
}

type Ends = readonly [from: number, to: number];

/** Proportional: the ends of the domain go to the ends of the range, and what lies beyond goes beyond. */
export function scaleLinear(domain: Ends, [start, end]: Ends): Scale {
  const [low, high] = domain;
  const scale = (value: number) => start + ((value - low) / (high - low)) * (end - start);
  return Object.assign(scale, { ticks: (count: number) => ticks(low, high, count) });
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function ticks(low: number, high: number, count: number): number[] {
  const power = Math.floor(Math.log10((high - low) / count));
  const factor = [1, 2, 5].find((each) => (high - low) / (each * 10 ** power) <= count) ?? 10;
  const step = factor * 10 ** power;
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

/** The logarithm in proportion, of positive numbers. Its ticks are round within each power of ten. */
export function scaleLog([low, high]: Ends, range: Ends): Scale {
  const linear = scaleLinear([Math.log(low), Math.log(high)], range);
  const scale = (value: number) => linear(Math.log(value));
  return Object.assign(scale, { ticks: (count: number) => logTicks(low, high, count) });
}

/** Powers of ten or, if these are few, their doubles and halves too. */
function logTicks(low: number, high: number, count: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({ length: last - first + 1 }, (_, k) => first + k);
  const every = Math.ceil((last - first) / count);
  const factors = high > 20 * low ? [1] : [1, 2, 5];
  return powers
    .filter((power) => power % every === 0)
    .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
    .filter((tick) => tick >= low && tick <= high);
}

/** The scale, but what lies beyond the domain goes to its nearer end. */
export function clamped(scale: Scale, [low, high]: Ends): (value: number) => number {
  return (value) => scale(Math.min(Math.max(value, low), high));
}
