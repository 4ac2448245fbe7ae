/** Colours and type, for light and dark: the one place that decides how pages and figures look. */

/**
 * Colours by name. Those of series, s1 to s7, have the hues of Okabe and Ito (2008). Each also has a lightness of its own, so
 * that people tell them apart whatever colours they see, and on grey paper. Text may be in s1 to s3: examples/test/report.test.ts
 * measures contrasts and distances.
 */
interface Colours {
  /** Behind everything. */
  readonly paper: string;
  /** Text and axes. */
  readonly ink: string;
  /** Text that matters less. */
  readonly muted: string;
  /** Lines that divide. */
  readonly grid: string;
  /** Areas that stand back: code, shaded intervals. */
  readonly shade: string;
  readonly s1: string;
  readonly s2: string;
  readonly s3: string;
  readonly s4: string;
  readonly s5: string;
  readonly s6: string;
  readonly s7: string;
}

export const light: Colours = {
  ...{ paper: "#ffffff", ink: "#1b1f24", muted: "#5b6570", grid: "#e3e6ea", shade: "#f4f6f8" },
  ...{ s1: "#0f6cb6", s2: "#bf5410", s3: "#114f38", s4: "#b565a0", s5: "#4f4100", s6: "#6a6f75", s7: "#0b5a70" },
};

export const dark: Colours = {
  ...{ paper: "#14171a", ink: "#e8eaed", muted: "#9aa4ae", grid: "#2c3238", shade: "#1e2327" },
  ...{ s1: "#3d9df0", s2: "#f08c40", s3: "#a9e5b4", s4: "#dba0d0", s5: "#93802f", s6: "#8d979f", s7: "#93e6fa" },
};

/** The colour of the series number `k`, counted from 0, for both modes. @throws Error if there is none */
export function seriesColour(k: number): string {
  if (k > 6) throw new Error(`a figure has colours for 7 series, and this is number ${k + 1}; leave some out`);
  return `var(--s${k + 1})`;
}

/** How the line of a series is dashed, so that series differ on grey paper, too. */
export function dashOf(k: number): string {
  return ["none", "7 3", "2 3", "9 3 2 3", "5 2", "1 4", "12 4"][k];
}

export const FONT = 'system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif';

/** The style of drawings, for a page and for a file alike. Digits are dark on paper; in the dark they are inverted. */
export const drawingStyle: string = `.drawing{color:var(--ink);fill:var(--ink);font:12px ${FONT}}
.drawing text{font-variant-numeric:tabular-nums;white-space:pre}
.drawing .muted{fill:var(--muted)}
.drawing .strong{font-weight:600}
.drawing .small{font-size:11px}
.drawing image{image-rendering:pixelated}
.drawing .digit{filter:invert(var(--invert))}`;

/** Declares the colours as CSS variables of the elements that `selector` selects, for light, dark and print. */
export function colourRules(selector: string): string {
  const declare = (colours: Colours) =>
    Object.entries(colours)
      .map(([name, value]) => `--${name}:${value}`)
      .join(";");
  return `${selector}{${declare(light)};--invert:0}
@media (prefers-color-scheme:dark){${selector}{${declare(dark)};--invert:1}}
@media print{${selector}{${declare(light)};--invert:0}}`;
}
