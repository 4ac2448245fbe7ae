/** What all figures have in common: a caption, a text alternative, and the drawing in two widths. */

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
