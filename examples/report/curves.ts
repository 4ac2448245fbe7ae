/** Curves over epochs or steps: the mean of several seeds as a line, their range as a band. */
import { type Figure, type FigureCaption, figure, stacked } from "./figure.ts";
import { logTicks, percent, percentTick, plain, tick } from "./format.ts";
import { legend, lineSample } from "./legend.ts";
import { axes, chart, Plot } from "./plot.ts";
import { dashOf, seriesColour } from "./theme.ts";

/** A quantity, as it went in each of several runs. */
export interface RunSeries {
  readonly name: string;
  /** The values of each run, one after the other: at x = 1, 2, 3, ..., or at `x`. Runs may end early. */
  readonly runs: readonly (readonly number[])[];
  /** Where the values lie; 1, 2, 3, ... by default. */
  readonly x?: readonly number[];
}

export interface Curves extends FigureCaption {
  /** What the values are: the label of the axis, such as "test loss". */
  readonly y: string;
  /** What they lie over; "epoch" by default. */
  readonly x?: string;
  /** Whether the vertical axis is logarithmic; "linear" by default. */
  readonly scale?: "linear" | "log";
  /** Whether values are shares, from 0 to 1, to be shown in percent; false by default. */
  readonly percent?: boolean;
  /** The smallest and the largest value shown; those of the data by default. */
  readonly range?: readonly [number, number];
  /** At most seven. */
  readonly series: readonly RunSeries[];
}

/** The values of all runs of a series at one place. */
interface Place {
  readonly x: number;
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
}

/**
 * Training curves. A band reaches from the lowest to the highest of the runs; a series of one run has none. Values that
 * are not finite, or on a logarithmic scale not positive, are left out: a run that diverges ends there.
 */
export function curves(data: Curves): Figure {
  const { x = "epoch", y, scale = "linear", range, series } = data;
  const places = series.map((each) => placesOf(each, scale));
  const all = places.flat().flatMap(({ least, greatest }) => [least, greatest]);
  const [bottom, top] = range ?? [Math.min(...all), Math.max(...all)];
  const print = data.percent ? percent : plain;
  const ends = series.map(({ name }, k) => `${name}: ${print(places[k].at(-1)?.mean ?? Number.NaN)} at the end`);
  const across = places.flat().map((place) => place.x);
  const [first, last] = [Math.min(...across), Math.max(...across)];
  const whole = across.every(Number.isInteger);
  const description = `Curves of ${y} over ${x}, up to ${plain(last)}. ${ends.join("; ")}.`;
  const entries = series.length > 1 ? series.map(({ name }, k) => ({ name, sample: lineSample(k) })) : [];
  return figure(data, description, (width) =>
    stacked([
      legend(entries, width),
      chart({
        ...{ width, height: width > 500 ? 300 : 240, marginLeft: 52, marginRight: 14, marginTop: 26, marginBottom: 40 },
        y: { type: scale, domain: [bottom, top], nice: range === undefined && scale === "linear", clamp: true },
        x: { domain: [first, last] },
        marks: [
          ...axes(
            { label: x, tickFormat: tick, ticks: whole ? wholeTicks(first, last, width > 500 ? 10 : 5) : 5 },
            {
              label: y,
              tickFormat: data.percent ? percentTick : tick,
              ticks: scale === "log" ? logTicks(bottom, top) : 5,
            },
          ),
          ...series.flatMap(({ runs }, k) => (runs.length > 1 ? [band(places[k], k)] : [])),
          ...places.map((each, k) => line(each, k)),
        ],
      }),
    ]),
  );
}

function placesOf({ name, runs, x }: RunSeries, scale: "linear" | "log"): Place[] {
  const length = Math.max(0, ...runs.map((run) => run.length));
  const places = Array.from({ length }, (_, at) => {
    const values = runs
      .map((run) => run[at])
      .filter((value) => Number.isFinite(value) && (scale === "linear" || value > 0));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { x: x?.[at] ?? at + 1, mean, least: Math.min(...values), greatest: Math.max(...values) };
  }).filter(({ mean }) => Number.isFinite(mean));
  if (places.length === 0) throw new Error(`curves: the series "${name}" has no values; leave it out`);
  return places;
}

function band(places: readonly Place[], k: number): Plot.Markish {
  return Plot.areaY(places, { x: "x", y1: "least", y2: "greatest", fill: seriesColour(k), fillOpacity: 0.18 });
}

/** A line; of a single place, a point. */
function line(places: readonly Place[], k: number): Plot.Markish {
  if (places.length === 1) return Plot.dot(places, { x: "x", y: "mean", fill: seriesColour(k), r: 3 });
  return Plot.lineY(places, {
    ...{ x: "x", y: "mean", stroke: seriesColour(k), strokeWidth: 1.8, strokeDasharray: dashOf(k) },
  });
}

/** Ticks for epochs: the first, and at most `count` multiples of 1, 2 or 5 times a power of ten. */
function wholeTicks(first: number, last: number, count: number): number[] {
  const steps = [1, 2, 5].flatMap((step) => Array.from({ length: 9 }, (_, power) => step * 10 ** power));
  const step = steps.sort((a, b) => a - b).find((each) => last / each <= count) ?? last;
  const multiples = Array.from({ length: Math.floor(last / step) }, (_, k) => (k + 1) * step);
  const after = multiples.filter((each) => each > first);
  return [first, ...after];
}
