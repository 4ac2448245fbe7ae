/** Functions and what networks made of them: the data as points, the truth as a wide pale line, each fit as a line. */
import { type Drawing, type Figure, type FigureCaption, figure, rows, stacked } from "./figure.ts";
import { listed, tick } from "./format.ts";
import { type Entry, legend, lineSample } from "./legend.ts";
import { axes, chart, Plot } from "./plot.ts";
import { simplified } from "./simplify.ts";
import { element, label } from "./svg.ts";
import { dashOf, seriesColour } from "./theme.ts";

/** A function's values at places, in ascending order. */
export interface Line {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** One function, with a chart of its own. */
export interface FitPanel {
  readonly name: string;
  readonly truth: Line;
  /** The points that were fitted, in any order; none by default. */
  readonly data?: Line;
  /** The fits, by name: the same names in all panels, at most seven. */
  readonly fits: Readonly<Record<string, Line>>;
  /** The interval of the training data; what lies outside is extrapolation, and is shaded. None by default. */
  readonly trained?: readonly [number, number];
  /** The least and the greatest y shown; by default those of truth and data with a margin, so that a fit that runs away leaves the chart. */
  readonly range?: readonly [number, number];
}

export interface Fits extends FigureCaption {
  readonly panels: readonly FitPanel[];
}

/** How far a line may be from its points, in units of the drawing: nobody sees it. */
const TOLERANCE = 0.15;
const TRUTH = { stroke: "var(--ink)", "stroke-opacity": 0.22, "stroke-width": 6 };

export function fits(data: Fits): Figure {
  const { panels } = data;
  const names = [...new Set(panels.flatMap((panel) => Object.keys(panel.fits)))];
  const described = panels.map(({ name }) => name);
  const description = `${panels.length === 1 ? "A chart" : `${panels.length} charts`} of ${listed(described)}: the true function, and the fits of ${listed(names)}.`;
  const entries: Entry[] = [
    { name: "truth", sample: element("path", { d: "M-11,0H11", ...TRUTH }) },
    ...(panels.some((panel) => panel.data)
      ? [{ name: "data", sample: element("circle", { r: 2, fill: "var(--muted)" }) }]
      : []),
    ...names.map((name, k) => ({ name, sample: lineSample(k) })),
    ...(panels.some((panel) => panel.trained)
      ? [
          {
            name: "outside the training data",
            sample: element("rect", {
              x: -9,
              y: -6,
              width: 18,
              height: 12,
              fill: "var(--shade)",
              stroke: "var(--grid)",
            }),
          },
        ]
      : []),
  ];
  return figure(data, description, (width) =>
    stacked([
      legend(entries, width),
      rows(panels, width, { least: 280, gap: 20, most: 2 }, (panel, each) => panelOf(panel, names, each)),
    ]),
  );
}

function panelOf(
  { name, truth, data, fits, trained, range }: FitPanel,
  names: readonly string[],
  width: number,
): Drawing {
  const xs = Array.from(truth.x);
  const x: [number, number] = [Math.min(...xs), Math.max(...xs)];
  const ys = [...Array.from(truth.y), ...Array.from(data?.y ?? [])].filter(Number.isFinite);
  const [least, greatest] = [Math.min(...ys), Math.max(...ys)];
  const margin = 0.12 * (greatest - least || 1);
  const y: [number, number] = range ? [...range] : [least - margin, greatest + margin];
  const outside = trained
    ? [
        [x[0], trained[0]],
        [trained[1], x[1]],
      ].filter(([from, to]) => to > from)
    : [];
  const frame = {
    ...{ width, height: width > 500 ? 320 : 210, marginLeft: 44, marginRight: 14, marginTop: 8, marginBottom: 26 },
  };
  const scale = [
    (width - frame.marginLeft - frame.marginRight) / (x[1] - x[0]),
    (frame.height - frame.marginTop - frame.marginBottom) / (y[1] - y[0]),
  ] as const;
  const drawnOf = (line: readonly (readonly [number, number])[]) => simplified(line, scale, TOLERANCE);
  const lines = names.flatMap((each, k) => (each in fits ? [{ points: drawnOf(within(fits[each], y)), k }] : []));
  const drawn = chart({
    ...frame,
    x: { domain: x },
    y: { domain: y },
    marks: [
      Plot.rect(outside, { x1: "0", x2: "1", y1: y[0], y2: y[1], fill: "var(--shade)" }),
      ...axes({ label: null, tickFormat: tick, ticks: 5 }, { label: null, tickFormat: tick, ticks: 5 }),
      Plot.lineY(drawnOf(pointsOf(truth)), {
        x: "0",
        y: "1",
        stroke: TRUTH.stroke,
        strokeOpacity: TRUTH["stroke-opacity"],
        strokeWidth: 6,
      }),
      ...(data ? [Plot.dot(pointsOf(data), { x: "0", y: "1", r: 1.5, fill: "var(--muted)", fillOpacity: 0.6 })] : []),
      ...lines.map(({ points, k }) =>
        Plot.lineY(points, {
          ...{ x: "0", y: "1", stroke: seriesColour(k), strokeWidth: 1.6, strokeDasharray: dashOf(k) },
        }),
      ),
    ],
  });
  return stacked([{ height: 20, content: label(0, 13, name, { class: "strong" }) }, drawn]);
}

const pointsOf = ({ x, y }: Line): (readonly [number, number])[] => Array.from(x, (value, k) => [value, y[k]] as const);

/** A line's points, with those beyond a range cut off at it: there the line is interrupted. */
function within(line: Line, [least, greatest]: readonly [number, number]): (readonly [number, number])[] {
  return pointsOf(line).map(([x, y]) => [x, y >= least && y <= greatest ? y : Number.NaN]);
}
