/** A figure as an SVG document of its own, for documentation: it has its own colours for light and dark. */
import { type Figure, WIDE } from "./figure.ts";
import { colourRules, drawingStyle } from "./theme.ts";

/** The room around the drawing. It has a background, since a page may be dark where the reader's system is light. */
const MARGIN = 16;

/** The figure as a file's text. Markdown shows it with `![what it shows](figure.svg)`. */
export function standalone({ svg }: Figure): string {
  const height = Number(/ viewBox="0 0 \d+ (\d+)"/.exec(svg)?.[1]);
  const [width, high] = [WIDE + 2 * MARGIN, height + 2 * MARGIN];
  const style = `<style>${colourRules("svg")}\n${drawingStyle}</style>`;
  const paper = `<rect x="${-MARGIN}" y="${-MARGIN}" width="${width}" height="${high}" rx="6" fill="var(--paper)"/>`;
  return `${svg
    .replace(
      / viewBox="[^"]*" width="[^"]*" height="[^"]*"/,
      ` viewBox="${-MARGIN} ${-MARGIN} ${width} ${high}" width="${width}" height="${high}"`,
    )
    .replace("</desc>", `</desc>${style}${paper}`)}\n`;
}
