/** A figure as an SVG document of its own, for documentation: it has colours of its own for light and dark. */
import type { Figure } from "./figure.ts";

/** The figure as a file's text; `![title](figure.svg)` shows it, with light or dark colours as the reader prefers. */
export function standalone(figure: Figure): string {
  return figure.svg;
}
