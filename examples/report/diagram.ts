/** A network as a diagram with a small curve on every edge, as in the figures of the KAN paper (Liu et al. 2024). */
import { type Drawing, type Figure, type FigureCaption, figure } from "./figure.ts";
import { heat } from "./pixel-maps.ts";
import { raster } from "./raster.ts";
import { element, label, pathThrough, widthOf } from "./svg.ts";

/** A unit: an input, a hidden unit or an output. */
export interface DiagramUnit {
  /** May be empty. */
  readonly name: string;
  /** What the unit reads, as an image of values that are not negative, row by row; none by default. */
  readonly image?: { readonly values: ArrayLike<number>; readonly width: number; readonly height: number };
}

/** An edge that is shown. */
export interface DiagramEdge {
  /** The number of the row of units that it comes from; it goes to the next. Rows are counted from 0, at the inputs. */
  readonly layer: number;
  readonly from: number;
  readonly to: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** How much it contributes: the strongest of a layer are drawn in full, weaker ones paler. */
  readonly strength: number;
}

export interface Diagram extends FigureCaption {
  /** The units of each row, from the inputs, at the bottom, to the outputs. */
  readonly units: readonly (readonly DiagramUnit[])[];
  readonly edges: readonly DiagramEdge[];
}

/** The heights of the lines below and above the boxes with curves, and of names. */
const LINE = 42;
const NAME = 18;
/** The least width of an edge, which decides how many are drawn. */
const LEAST = 17;

/** A row of units: where each is, and how much room it takes. */
interface Row {
  readonly y: number;
  readonly side: number;
  readonly at: (k: number) => number;
}

/**
 * Of the edges of each layer, the strongest are drawn, as many as there is room for: 40 in a page, 20 on a phone. Of a row
 * with more units than that, those which these edges join.
 */
export function diagram(data: Diagram): Figure {
  const { units, edges } = data;
  const sizes = units.map((row) => row.length);
  const description =
    `Diagram of a network with ${sizes.join(", ")} units from inputs to outputs, and the learned functions of ` +
    `${edges.length} edges between them.`;
  return figure(data, description, (width) => drawingOf(data, width));
}

/** The drawing of a diagram; it may stand beside others. */
export function drawingOf({ units, edges }: Pick<Diagram, "units" | "edges">, whole: number): Drawing {
  const width = whole - beyond(units.at(-1) ?? [], whole);
  const layers = units.slice(1).map((_, layer) => strongestOf(edges, layer, Math.floor(width / LEAST)));
  const boxes = layers.map((layer) => Math.max(6, Math.min(46, width / Math.max(1, layer.length) - 4)));
  const shown = units.map((row, k) => joined(row, layers[k - 1] ?? [], layers[k] ?? [], width / LEAST));
  const sides = units.map((row, k) => (row.some(({ image }) => image) ? Math.min(56, width / shown[k].length - 4) : 8));
  const placed: Row[] = [];
  const names = units.map((row, k) => shown[k].map((unit) => row[unit].name));
  const room = units.map((_, k) => roomFor(names[k], width / shown[k].length));
  let y = room[units.length - 1];
  for (let k = units.length - 1; k >= 0; k--) {
    const at = (unit: number) => ((shown[k].indexOf(unit) + 0.5) * width) / shown[k].length;
    placed[k] = { y: y + sides[k] / 2, side: sides[k], at };
    y += sides[k] + (k > 0 ? 2 * LINE + boxes[k - 1] : room[0]);
  }
  const drawn = layers.map((layer, k) => layerOf(layer, placed[k], placed[k + 1], boxes[k], width));
  const nodes = units.flatMap((row, k) =>
    shown[k].map((unit) => node(row[unit], placed[k], unit, room[k] > NAME, k > 0)),
  );
  return { height: y + 2, content: [...drawn, ...nodes].join("") };
}

/** The numbers of the units of a row that are drawn: all, or if they are more than `most`, those which edges join. */
function joined(
  row: readonly DiagramUnit[],
  below: readonly DiagramEdge[],
  above: readonly DiagramEdge[],
  most: number,
): number[] {
  const all = Array.from(row.keys());
  if (all.length <= most) return all;
  const used = new Set([...below.map(({ to }) => to), ...above.map(({ from }) => from)]);
  return all.filter((unit) => used.has(unit));
}

/** The strongest edges of a layer. */
function strongestOf(edges: readonly DiagramEdge[], layer: number, count: number): DiagramEdge[] {
  return edges
    .filter((edge) => edge.layer === layer)
    .sort((a, b) => b.strength - a.strength)
    .slice(0, count);
}

/** The edges between two rows: a line from below to a box with the curve, and a line from the box up. */
function layerOf(edges: readonly DiagramEdge[], below: Row, above: Row, box: number, width: number): string {
  const most = Math.max(...edges.map(({ strength }) => strength), Number.MIN_VALUE);
  const ordered = [...edges].sort((a, b) => below.at(a.from) - below.at(b.from) || above.at(a.to) - above.at(b.to));
  const top = above.y + above.side / 2 + LINE;
  const drawn = ordered.map((edge, k) => {
    const x = ((k + 0.5) * width) / ordered.length;
    const opacity = Math.max(0.18, Math.min(1, Math.sqrt(edge.strength / most)));
    const line = (d: string) =>
      element("path", {
        d,
        fill: "none",
        stroke: "var(--ink)",
        "stroke-opacity": opacity * 0.6,
        "stroke-width": 0.5 + opacity,
      });
    const from = [below.at(edge.from), below.y - below.side / 2];
    const to = [above.at(edge.to), above.y + above.side / 2];
    return [
      line(bend(from[0], from[1], x, top + box)),
      line(bend(x, top, to[0], to[1])),
      element("rect", {
        ...{ x: x - box / 2, y: top, width: box, height: box, rx: 3, fill: "var(--paper)" },
        ...{ stroke: "var(--ink)", "stroke-opacity": 0.25 + 0.4 * opacity },
      }),
      element("path", {
        d: curveIn(edge, x - box / 2, top, box),
        ...{
          fill: "none",
          stroke: "var(--s1)",
          "stroke-opacity": opacity,
          "stroke-width": box > 24 ? 1.8 : 1.3,
          class: "edge",
        },
      }),
    ].join("");
  });
  return drawn.join("");
}

/** A line that leaves and arrives upright. */
function bend(x0: number, y0: number, x1: number, y1: number): string {
  const middle = Math.round((y0 + y1) / 2);
  const [a, b, c, d] = [x0, y0, x1, y1].map((value) => Math.round(10 * value) / 10);
  return `M${a},${b}C${a},${middle} ${c},${middle} ${c},${d}`;
}

/** A curve that fills its box, each edge with its own scale: the shape counts, and the strength is shown by the line. */
function curveIn({ x, y }: DiagramEdge, left: number, top: number, box: number): string {
  const [xs, ys] = [Array.from(x), Array.from(y)];
  const inside = (values: readonly number[]) => {
    const [least, greatest] = [Math.min(...values), Math.max(...values)];
    return (value: number) => (greatest > least ? (value - least) / (greatest - least) : 0.5);
  };
  const [across, up] = [inside(xs), inside(ys)];
  const [margin, size] = [0.14 * box, 0.72 * box];
  return pathThrough(
    xs.map((value, k) => [left + margin + across(value) * size, top + margin + (1 - up(ys[k])) * size] as const),
  );
}

/** The height that the names of a row take: where one is too long for its place, all of them are slanted. */
function roomFor(names: readonly string[], place: number): number {
  const longest = Math.max(...names.map((name) => widthOf(name)));
  return longest === 0 ? 0 : longest <= place || names.length === 1 ? NAME : NAME + 0.7 * longest;
}

/** How far the last name of the highest row, slanted, would reach beyond the drawing. */
function beyond(row: readonly DiagramUnit[], width: number): number {
  const names = row.map(({ name }) => name);
  const place = width / row.length;
  return roomFor(names, place) > NAME ? Math.max(0, 0.75 * widthOf(names[names.length - 1]) - place / 2) : 0;
}

/** A unit with its name: below the inputs, above all others. Between two rows there is only room for lines. */
function node({ name, image }: DiagramUnit, { y, side, at }: Row, k: number, slanted: boolean, above: boolean): string {
  const x = at(k);
  const box = { x: x - side / 2, y: y - side / 2, width: side, height: side };
  const mark = image
    ? raster(heat(image.values, Math.max(...Array.from(image.values))), [image.width, image.height], box)
    : element("circle", { cx: x, cy: y, r: 4, fill: "var(--ink)", class: "unit" });
  if (name === "") return mark;
  const beside = above ? y - side / 2 - 6 : y + side / 2 + 14;
  if (!slanted) return mark + label(x, beside, name, { "text-anchor": "middle" });
  const turned = {
    transform: `translate(${Math.round(x + 3)},${Math.round(beside)}) rotate(-45)`,
    "text-anchor": above ? "start" : "end",
  };
  return mark + label(0, 0, name, turned);
}
