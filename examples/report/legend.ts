/** The legend of a chart: a sample of each series beside its name, in as many lines as it takes. */
import type { Drawing } from "./figure.ts";
import { element, label, widthOf } from "./svg.ts";
import { dashOf, seriesColour } from "./theme.ts";

const LINE = 20;
const SAMPLE = 22;
const GAP = 18;

/** One entry: its name, and how its sample is drawn in a box of SAMPLE x 12 whose middle is at (0, 0). */
export interface Entry {
  readonly name: string;
  readonly sample: string;
}

/** The sample of the series number `k`: its line. */
export function lineSample(k: number): string {
  return element("path", {
    d: `M${-SAMPLE / 2},0H${SAMPLE / 2}`,
    stroke: seriesColour(k),
    "stroke-width": 2,
    "stroke-dasharray": dashOf(k),
    fill: "none",
  });
}

export function legend(entries: readonly Entry[], width: number): Drawing {
  let [x, line, content] = [0, 0, ""];
  for (const { name, sample } of entries) {
    const needed = SAMPLE + 7 + widthOf(name);
    if (x > 0 && x + needed > width) {
      x = 0;
      line++;
    }
    const y = line * LINE + 8;
    content += element("g", { transform: `translate(${x + SAMPLE / 2},${y})` }, sample);
    content += label(x + SAMPLE + 7, y, name, { dy: "0.34em" });
    x += needed + GAP;
  }
  return { height: entries.length === 0 ? 0 : (line + 1) * LINE + 8, content };
}
