/** The learned functions of edges, as small curves over the range of the inputs that they meet. */
import { type Drawing, type Figure, type FigureCaption, figure, rows, stacked } from "./figure.ts";
import { plain, tick } from "./format.ts";
import { element, label, pathThrough } from "./svg.ts";

/** The function of one edge, from one input of a layer to one output. */
export interface Edge {
  /** The numbers of the input and of the output, counted from 0. */
  readonly input: number;
  readonly output: number;
  /** Places from the least to the greatest input met, and the function there, less its value at 0. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Quantiles of the inputs met, in ascending order: where the edge is used. */
  readonly met: Float64Array;
  /** How much the edge contributes: the standard deviation of its values over the inputs met. */
  readonly strength: number;
}

export interface Edges extends FigureCaption {
  readonly edges: readonly Edge[];
  /** What an edge is called; "input → output" by their numbers, by default. */
  readonly name?: (edge: Edge) => string;
}

const HEIGHT = 84;

/** Curves side by side, with one vertical scale; the strip below each shows where its inputs lie. */
export function edges(data: Edges): Figure {
  const name = data.name ?? (({ input, output }: Edge) => `${input} \u2192 ${output}`);
  const values = data.edges.flatMap(({ y }) => [Math.min(0, ...y), Math.max(0, ...y)]);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const strongest = data.edges.reduce((a, b) => (b.strength > a.strength ? b : a));
  const description =
    `${data.edges.length} learned functions, each less its value at 0, between ${plain(round(least))} and ` +
    `${plain(round(greatest))}. The strongest is ${name(strongest)}.`;
  return figure(data, description, (width) =>
    stacked([
      {
        height: 20,
        content: label(0, 11, `all charts from ${tick(round(least))} to ${tick(round(greatest))}`, {
          class: "muted small",
        }),
      },
      rows(data.edges, width - 3, { least: 96, gap: 18 }, (edge, each) =>
        panel(edge, name(edge), [least, greatest], each),
      ),
    ]),
  );
}

function panel(
  { x, y, met }: Edge,
  name: string,
  [least, greatest]: readonly [number, number],
  width: number,
): Drawing {
  const [from, to] = [x[0], x[x.length - 1]];
  const across = (value: number) => (to > from ? ((value - from) / (to - from)) * width : width / 2);
  const up = (value: number) => 20 + (1 - (value - least) / (greatest - least || 1)) * HEIGHT;
  const bottom = 20 + HEIGHT;
  const zeros = [
    element("path", { d: `M0,${up(0)}H${width}`, stroke: "var(--grid)" }),
    from < 0 && to > 0 ? element("path", { d: `M${across(0)},20V${bottom}`, stroke: "var(--grid)" }) : "",
  ];
  return {
    height: bottom + 28,
    content: [
      label(0, 11, name, { class: "small strong" }),
      ...zeros,
      element("path", {
        d: pathThrough(Array.from(x, (value, k) => [across(value), up(y[k])] as const)),
        ...{ fill: "none", stroke: "var(--s1)", "stroke-width": 1.8, "stroke-linejoin": "round", class: "edge" },
      }),
      element("path", {
        d: Array.from(met, (value) => `M${Math.round(10 * across(value)) / 10},${bottom + 4}v6`).join(""),
        ...{ stroke: "var(--ink)", "stroke-opacity": 0.35 },
      }),
      label(0, bottom + 23, tick(round(from)), { class: "muted small" }),
      label(width, bottom + 23, tick(round(to)), { class: "muted small", "text-anchor": "end" }),
    ].join(""),
  };
}

const round = (value: number): number => Number(value.toPrecision(2));
