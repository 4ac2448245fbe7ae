/** What all figures have in common: a caption, a text alternative, and the drawing in two widths. */
import { createHash } from "node:crypto";
import { element, escaped } from "./svg.ts";

/** What a figure or a table is called. */
export interface Caption {
  /** What it shows, in a few words. */
  readonly title: string;
  /** How to read it: a sentence or two, printed below it. Code stands between backticks. */
  readonly note?: string;
}

/** The caption of a figure. */
export interface FigureCaption extends Caption {
  /** What can be seen in it, for readers who cannot see it; by default, made from the data. */
  readonly description?: string;
}

/** A figure, drawn. `svg` needs a page's style (see page.ts) or its own (see standalone.ts). */
export interface Figure {
  readonly title: string;
  readonly note: string;
  readonly description: string;
  /** The figure as wide as a page, WIDE units. */
  readonly svg: string;
  /** The figure as wide as a phone, NARROW units. */
  readonly narrow: string;
}

/** A table, as HTML. */
export interface Table {
  readonly title: string;
  readonly html: string;
}

/** The widths that figures are drawn in. A unit is a CSS pixel, so text has the same size in both. */
export const WIDE = 680;
export const NARROW = 340;

/** The content of a figure, and how high it is. */
export interface Drawing {
  readonly height: number;
  readonly content: string;
}

/**
 * Draws a figure in both widths.
 *
 * @param description what the data say, in place of the caption's description
 */
export function figure(caption: FigureCaption, description: string, draw: (width: number) => Drawing): Figure {
  const { title, note = "" } = caption;
  const told = caption.description ?? description;
  const [svg, narrow] = [WIDE, NARROW].map((width) => rooted(title, told, width, draw(width)));
  return { title, note, description: told, svg, narrow };
}

/** The drawing as an SVG element with a name and a description. */
function rooted(title: string, description: string, width: number, { height, content }: Drawing): string {
  // Names in a page must be different, also those of the two widths of a figure.
  const name = `f${createHash("sha256").update(`${title}\n${width}\n${content}`).digest("hex").slice(0, 8)}`;
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "drawing",
      viewBox: `0 0 ${width} ${Math.ceil(height)}`,
      width,
      height: Math.ceil(height),
      role: "img",
      "aria-labelledby": `${name}-title`,
      "aria-describedby": `${name}-desc`,
    },
    `<title id="${name}-title">${escaped(title)}</title>`,
    `<desc id="${name}-desc">${escaped(description)}</desc>`,
    content,
  );
}

/** Puts drawings side by side in rows, each `columnWidth` wide, with a gap; `draw` draws one. */
export function rows<T>(
  items: readonly T[],
  width: number,
  {
    least,
    gap,
    most = Number.POSITIVE_INFINITY,
  }: { readonly least: number; readonly gap: number; readonly most?: number },
  draw: (item: T, width: number, column: number, k: number) => Drawing,
): Drawing {
  const fitting = Math.max(1, Math.floor((width + gap) / (least + gap)));
  const columns = Math.min(fitting, most, Math.max(1, items.length));
  const each = (width + gap) / columns - gap;
  let [top, rowHeight, content] = [0, 0, ""];
  for (const [k, item] of items.entries()) {
    const column = k % columns;
    if (column === 0 && k > 0) {
      top += rowHeight + gap;
      rowHeight = 0;
    }
    const drawing = draw(item, each, column, k);
    rowHeight = Math.max(rowHeight, drawing.height);
    content += element(
      "g",
      { transform: `translate(${Math.round(column * (each + gap))},${Math.round(top)})` },
      drawing.content,
    );
  }
  return { height: top + rowHeight, content };
}

/** Drawings one below the other. */
export function stacked(drawings: readonly Drawing[], gap = 0): Drawing {
  let [height, content] = [0, ""];
  for (const [k, drawing] of drawings.entries()) {
    if (k > 0 && drawing.height > 0 && height > 0) height += gap;
    content +=
      height === 0
        ? drawing.content
        : element("g", { transform: `translate(0,${Math.round(height)})` }, drawing.content);
    height += drawing.height;
  }
  return { height, content };
}
