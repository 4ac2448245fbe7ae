/** A map of settings: each cell has the colour of its result, and a cross where training failed. */
import { type Drawing, type Figure, type FigureCaption, figure, rows, stacked } from "./figure.ts";
import { percent, percentTick, plain, tick } from "./format.ts";
import { chart, Plot, viridis } from "./plot.ts";
import { element, label } from "./svg.ts";

/** The result of one setting. */
export interface HeatCell {
  readonly x: number | string;
  readonly y: number | string;
  /** Undefined, or not finite, if training failed. */
  readonly value: number | undefined;
}

/** One map of several that share their colours: for example, that of one depth. */
export interface HeatPanel {
  readonly name: string;
  readonly cells: readonly HeatCell[];
}

export interface HeatMap extends FigureCaption {
  /** What lies along x and y, such as "degree" and "hidden units". Places are in the order of the cells. */
  readonly x: string;
  readonly y: string;
  /** What the colours mean, such as "test accuracy". */
  readonly value: string;
  /** Whether values are shares, from 0 to 1, to be shown in percent; false by default. */
  readonly percent?: boolean;
  /** The values of the darkest and of the brightest colour; those of the data by default. */
  readonly range?: readonly [number, number];
  readonly panels: readonly HeatPanel[];
}

/** The brightest colour, as a share of the scale, on which white text has enough contrast. */
const DARK = 0.45;

export function heatMap(data: HeatMap): Figure {
  const values = data.panels.flatMap(({ cells }) => cells.flatMap(reached));
  const [least, greatest] = data.range ?? (values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)]);
  const share = (value: number) =>
    Math.min(1, Math.max(0, greatest > least ? (value - least) / (greatest - least) : 1));
  return figure(data, descriptionOf(data), (width) =>
    stacked(
      [
        scaleOf(data, [least, greatest], width),
        rows(data.panels, width, { least: 300, gap: 22, most: 2 }, (panel, each) => panelOf(data, panel, share, each)),
      ],
      8,
    ),
  );
}

function panelOf(data: HeatMap, { name, cells }: HeatPanel, share: (value: number) => number, width: number): Drawing {
  const places = (axis: "x" | "y") => [...new Set(cells.map((cell) => cell[axis]))];
  const [across, down] = [places("x"), places("y").reverse()];
  const cellWidth = (width - 52) / across.length;
  const trained = cells.flatMap((cell) => reached(cell).map((value) => ({ ...cell, value, share: share(value) })));
  const words = { tickSize: 0, color: "var(--muted)", labelArrow: "none" } as const;
  const map = chart({
    ...{ width, height: 30 * down.length + 58, marginLeft: 48, marginRight: 4, marginTop: 16, marginBottom: 42 },
    x: { type: "band", domain: across, padding: 0.04 },
    y: { type: "band", domain: down, padding: 0.06 },
    marks: [
      Plot.axisX({ ...words, label: data.x, labelAnchor: "right", tickFormat: (place) => nameOf(place) }),
      Plot.axisY({ ...words, label: data.y, labelAnchor: "top", tickFormat: (place) => nameOf(place) }),
      Plot.cell(cells, { x: "x", y: "y", fill: "var(--shade)", stroke: "var(--grid)" }),
      Plot.cell(trained, { x: "x", y: "y", fill: (cell) => viridis(cell.share) }),
      ...(cellWidth < 18
        ? []
        : [
            Plot.text(trained, {
              ...{
                x: "x",
                y: "y",
                fontSize: cellWidth < 26 ? 9 : 11,
                text: (cell) => inCell(cell.value, data.percent),
              },
              fill: (cell) => (cell.share < DARK ? "#fff" : "#111"),
            }),
          ]),
      Plot.text(
        cells.filter((cell) => reached(cell).length === 0),
        { x: "x", y: "y", text: () => "\u00d7", fill: "var(--muted)", fontSize: 14 },
      ),
    ],
  });
  return stacked([{ height: 22, content: label(0, 13, name, { class: "strong" }) }, map]);
}

/** The scale of colours, with its ends, and what a cross means. */
function scaleOf(data: HeatMap, [least, greatest]: readonly [number, number], width: number): Drawing {
  const print = data.percent ? percentTick : tick;
  const [from, length] = [10 + 8 * print(least).length, width > 500 ? 160 : 100];
  const steps = Array.from({ length: 32 }, (_, k) =>
    element("rect", {
      x: from + (k * length) / 32,
      y: 22,
      width: length / 32 + 0.5,
      height: 11,
      fill: viridis((k + 0.5) / 32),
    }),
  );
  const failed = data.panels.some(({ cells }) => cells.some((cell) => reached(cell).length === 0));
  return {
    height: 40,
    content: [
      label(0, 11, data.value),
      label(from - 8, 32, print(least), { class: "muted", "text-anchor": "end" }),
      ...steps,
      label(from + length + 8, 32, print(greatest), { class: "muted" }),
      ...(failed ? [label(width, 32, "\u00d7 did not train", { class: "muted", "text-anchor": "end" })] : []),
    ].join(""),
  };
}

/** The value of a cell, or nothing if training failed. */
const reached = ({ value }: HeatCell): number[] => (value !== undefined && Number.isFinite(value) ? [value] : []);

const nameOf = (place: number | string): string => (typeof place === "number" ? plain(place) : place);

/** A value in a cell: of a share, only the percents. */
function inCell(value: number, share = false): string {
  return share ? (100 * value).toFixed(0) : Number(value.toPrecision(2)).toString();
}

function descriptionOf({ panels, value, x, y, ...data }: HeatMap): string {
  const print = data.percent ? percent : plain;
  const told = panels.map(({ name, cells }) => {
    const values = cells.flatMap(reached);
    const ends = values.length === 0 ? "" : `, from ${print(Math.min(...values))} to ${print(Math.max(...values))}`;
    return `${name}: ${values.length} of ${cells.length} settings trained${ends}`;
  });
  return `Maps of ${value} by ${x} and ${y}. ${told.join(". ")}.`;
}
