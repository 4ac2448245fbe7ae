/** The page of an experiment: one HTML file that needs no other file, no network and no script. */
import type { Figure, Table } from "./figure.ts";

/** A part of a page under a heading. */
export interface Section {
  readonly heading: string;
  /** Paragraphs, before the figures and tables. Code stands between backticks. */
  readonly text?: string | readonly string[];
  readonly parts?: readonly (Figure | Table)[];
}

/** What a page consists of. */
export interface Page {
  readonly title: string;
  /** What the experiment asks: a sentence or two. */
  readonly question: string;
  /** What came out: a sentence or two, which stands out; none by default. */
  readonly answer?: string;
  /** The command that makes this page again. */
  readonly command: string;
  /** The settings, by name. */
  readonly configuration: Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;
  readonly sections: readonly Section[];
}

/** A page as HTML. @throws Error if a figure's drawing has another form than those of this folder */
export function page({ title }: Page): string {
  throw new Error(`page: "${title}" is not drawn yet`);
}
