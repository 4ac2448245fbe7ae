/** Measured points with error bars, joined by lines, and published points beside them; x may be logarithmic. */
import { type Figure, type FigureCaption, figure, stacked } from "./figure.ts";
import { logTicks, percent, percentTick, plain, tick } from "./format.ts";
import { legend } from "./legend.ts";
import { type Placed, placeLabels } from "./place-labels.ts";
import { axes, chart, Plot } from "./plot.ts";
import { element } from "./svg.ts";
import { seriesColour } from "./theme.ts";

/** A point with the spread of its seeds. */
export interface MeasuredPoint {
  readonly x: number;
  /** The mean. */
  readonly y: number;
  /** Half the length of the error bar, such as the standard deviation; no bar by default. */
  readonly error?: number;
}

export interface MeasuredSeries {
  readonly name: string;
  readonly points: readonly MeasuredPoint[];
}

/** A result of somebody else. */
export interface PublishedPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface Scatter extends FigureCaption {
  /** The label of the horizontal axis, such as "parameters". */
  readonly x: string;
  readonly y: string;
  /** The horizontal axis; "log" by default. */
  readonly scale?: "linear" | "log";
  /** Whether y is a share, from 0 to 1, to be shown in percent; false by default. */
  readonly percent?: boolean;
  /** The least and the greatest y shown; those of the data by default. Points outside are left out, and the description names them. */
  readonly range?: readonly [number, number];
  /** At most seven. */
  readonly series: readonly MeasuredSeries[];
  /** Hollow points with their names; none by default. */
  readonly published?: readonly PublishedPoint[];
}

const SYMBOLS = ["circle", "square", "triangle", "diamond", "star", "cross", "wye"] as const;
/** The same symbols for the legend. */
const SHAPES = [
  "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0",
  "M-3.5,-3.5h7v7h-7z",
  "M0,-4.8L4.2,3H-4.2z",
  "M0,-5.2L3.2,0L0,5.2L-3.2,0z",
  "M0,-5L1.5,-1.5L5,-1.5L2.2,1L3.2,5L0,2.6L-3.2,5L-2.2,1L-5,-1.5L-1.5,-1.5z",
  "M-1.4,-4.4h2.8v3h3v2.8h-3v3h-2.8v-3h-3v-2.8h3z",
  "M-1.4,0L-4,-3.2L-2,-4.6L0,-2L2,-4.6L4,-3.2L1.4,0V4.6H-1.4z",
];
const MARGIN = { marginLeft: 58, marginRight: 18, marginTop: 28, marginBottom: 42 };

/** A frontier: what is reached for how much. */
export function scatter(data: Scatter): Figure {
  const { scale = "log", published = [] } = data;
  // What did not train has no place in the chart.
  const series = data.series.map((each) => ({ ...each, points: each.points.filter(({ y }) => Number.isFinite(y)) }));
  const measured = series.flatMap(({ points }) => points);
  const y = data.range ?? padded(extent([...published.map((p) => p.y), ...measured.flatMap(ends)]), 0.06);
  const x = reach(extent([...published, ...measured].map((point) => point.x)), scale);
  const inside = (point: { readonly y: number }) => point.y >= y[0] && point.y <= y[1];
  return figure(data, descriptionOf(data, inside), (width) => {
    const height = width > 500 ? 400 : 360;
    const options: Plot.PlotOptions = {
      ...{ width, height, ...MARGIN },
      x: { type: scale, domain: x },
      y: { domain: y, clamp: true },
    };
    const toPixels = pixels(options, width, height);
    const shown = published.filter(inside);
    const obstacles = series.flatMap(({ points }) => along(points.filter(inside).map(toPixels)));
    const labels = placeLabels(
      shown.map((point) => ({ text: point.name, ...toPixels(point) })),
      obstacles,
      { left: MARGIN.marginLeft, right: width, top: MARGIN.marginTop - 8, bottom: height - MARGIN.marginBottom },
    );
    return stacked([
      legend(legendOf(series, shown.length > 0), width),
      chart({
        ...options,
        ...{ width, height },
        marks: [
          ...axes(
            { label: data.x, tickFormat: tick, ticks: scale === "log" ? logTicks(x[0], x[1]) : 6, grid: true },
            { label: data.y, tickFormat: data.percent ? percentTick : tick, ticks: 6 },
          ),
          Plot.dot(shown, { x: "x", y: "y", stroke: "var(--muted)", fill: "var(--paper)", r: 3.5, strokeWidth: 1.5 }),
          ...labels.map(nameMark),
          ...series.flatMap((each, k) => seriesMarks(each.points.filter(inside), k)),
        ],
      }),
    ]);
  });
}

function seriesMarks(points: readonly MeasuredPoint[], k: number): Plot.Markish[] {
  const stroke = seriesColour(k);
  const bars = points.filter(({ error = 0 }) => error > 0);
  const [low, high] = [-1, 1].map((sign) => (p: MeasuredPoint) => p.y + sign * (p.error ?? 0));
  return [
    Plot.lineY(points, { x: "x", y: "y", stroke, strokeWidth: 1.4 }),
    Plot.ruleX(bars, { x: "x", y1: low, y2: high, stroke, strokeWidth: 2 }),
    Plot.dot(points, { x: "x", y: "y", fill: stroke, symbol: SYMBOLS[k], r: 3.5 }),
  ];
}

/** The name of a published point, beside it. Plot's text marks take one offset for all points. */
function nameMark({ text, x, y, dx, dy, anchor }: Placed): Plot.Markish {
  return Plot.text([text], {
    ...{
      frameAnchor: "top-left",
      dx: x + dx - MARGIN.marginLeft,
      dy: y + dy - MARGIN.marginTop,
      textAnchor: anchor,
      lineAnchor: "middle",
    },
    ...{ fill: "var(--muted)", stroke: "var(--paper)", strokeWidth: 3, fontSize: 11, text: (name: string) => name },
  });
}

function legendOf(series: readonly MeasuredSeries[], published: boolean) {
  const hollow = { d: SHAPES[0], fill: "var(--paper)", stroke: "var(--muted)", "stroke-width": 1.5 };
  return [
    ...series.map(({ name }, k) => ({
      name,
      sample:
        element("path", { d: "M-11,0H11", stroke: seriesColour(k), "stroke-width": 1.6 }) +
        element("path", { d: SHAPES[k], fill: seriesColour(k) }),
    })),
    ...(published ? [{ name: "published", sample: element("path", hollow) }] : []),
  ];
}

/** Where a chart puts a point, from its left upper corner. */
function pixels(options: Plot.PlotOptions, width: number, height: number) {
  const x = Plot.scale({ x: { ...options.x, range: [MARGIN.marginLeft, width - MARGIN.marginRight] } });
  const y = Plot.scale({ y: { ...options.y, range: [height - MARGIN.marginBottom, MARGIN.marginTop] } });
  return (point: { readonly x: number; readonly y: number }) => ({ x: x.apply(point.x), y: y.apply(point.y) });
}

/** Places along a line, so close that no name fits between them. */
function along(points: readonly { readonly x: number; readonly y: number }[]) {
  return points.flatMap((point, k) => {
    const next = points[k + 1] ?? point;
    const steps = Math.max(1, Math.ceil(Math.hypot(next.x - point.x, next.y - point.y) / 8));
    return Array.from({ length: steps }, (_, step) => ({
      x: point.x + ((next.x - point.x) * step) / steps,
      y: point.y + ((next.y - point.y) * step) / steps,
    }));
  });
}

function descriptionOf(
  { series, published = [], ...data }: Scatter,
  inside: (point: { y: number }) => boolean,
): string {
  const print = (value: number) => (data.percent ? percent(value) : plain(value));
  const told = series.map(({ name, points }) => {
    const each = points.map(
      ({ x, y, error }) => `${print(y)}${error === undefined ? "" : ` ± ${print(error)}`} at ${plain(x)}`,
    );
    return `${name}: ${each.join(", ")}`;
  });
  const others = published.map(
    ({ name, x, y }) => `${name} ${print(y)} at ${plain(x)}${inside({ y }) ? "" : " (outside the chart)"}`,
  );
  const end = others.length === 0 ? "" : ` Published: ${others.join("; ")}.`;
  return `${data.y} over ${data.x}. ${told.join(". ")}.${end}`;
}

const ends = ({ y, error = 0 }: MeasuredPoint): number[] => [y - error, y + error];

function extent(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function padded([least, greatest]: readonly [number, number], share: number): [number, number] {
  const margin = (greatest - least || Math.abs(greatest) || 1) * share;
  return [least - margin, greatest + margin];
}

function reach([least, greatest]: readonly [number, number], scale: "linear" | "log"): [number, number] {
  return scale === "log" ? [least / 1.2, greatest * 1.2] : padded([least, greatest], 0.05);
}
