/** Charts by Observable Plot, drawn in a small DOM instead of a browser's, as text. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Drawing } from "./figure.ts";
import { short } from "./svg.ts";

export { Plot };

const { document } = parseHTML("<!doctype html><html></html>");

/** Draws a chart; its size, margins, scales and marks are in the options. */
export function chart(options: Plot.PlotOptions & { readonly width: number; readonly height: number }): Drawing {
  const drawn = Plot.plot({
    ...options,
    document,
    style: { fontSize: "12px", fontFamily: "inherit", overflow: "visible" },
  });
  return { height: options.height, content: cleaned(drawn.outerHTML) };
}

/** Without the library's own style, empty texts and digits that nobody can see. */
function cleaned(svg: string): string {
  return svg
    .replace(/<style>.*?<\/style>/gs, "")
    .replace(/<text[^>]*\/>/g, "")
    .replace(/ class="plot-[^"]*"/g, "")
    .replace(/<[^>]+>/g, (tag) => tag.replace(/-?\d+\.\d{3,}(?!e)/g, (number) => short(Number(number))));
}

/** A colour of the scale viridis, for a value from 0 to 1: the brighter, the greater, also on grey paper. */
export const viridis: (share: number) => string = colourScale();

function colourScale(): (share: number) => string {
  const scale = Plot.scale({ color: { type: "linear", scheme: "viridis", domain: [0, 1], clamp: true } });
  return (share) => String(scale.apply(share));
}

/** The lines of a grid, and the axes: labels in words, no lines beside the data. */
export function axes(x: Plot.AxisXOptions & { readonly grid?: boolean }, y: Plot.AxisYOptions): Plot.Markish[] {
  const quiet = { stroke: "var(--grid)", strokeOpacity: 1 };
  const words = { tickSize: 0, tickPadding: 7, color: "var(--muted)", labelArrow: "none" } as const;
  const { grid = false, ...alongX } = x;
  return [
    ...(grid ? [Plot.gridX({ ...quiet, ...ticksOf(alongX) })] : []),
    Plot.gridY({ ...quiet, ...ticksOf(y) }),
    Plot.axisX({ ...words, labelAnchor: "right", ...alongX }),
    Plot.axisY({ ...words, labelAnchor: "top", ...y }),
  ];
}

function ticksOf({ ticks }: Plot.AxisOptions): { ticks?: NonNullable<Plot.AxisOptions["ticks"]> } {
  return ticks === undefined ? {} : { ticks };
}
