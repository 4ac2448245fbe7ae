/** The pieces of the pictures: one style for light and dark, rows of bars, and sizes that can be read on a phone. */

/** A phone shows about 360 pixels: text of 13 then appears as 11. */
const WIDTH = 420;
const MARGIN = 14;
/** Where bars begin and where the longest one ends: names stand to the left, figures to the right. */
const [LEFT, RIGHT] = [138, 338];
const ROW = 22;

const STYLE = `
    text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328 }
    .title { font-size: 16px; font-weight: 600 }
    .small { font-size: 12px }
    .small, .other { fill: #59636e }
    .group, .value { font-weight: 600 }
    .name { text-anchor: end }
    .paper { fill: #fff }
    .bar { fill: #0969da }
    .tail { fill: #a8cdf8 }
    .loss { fill: #c4432b }
    .wait { fill: #8c959f }
    .rule { stroke: #59636e; stroke-dasharray: 3 3 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .small, .other { fill: #9aa4af }
      .paper { fill: #0d1117 }
      .bar { fill: #4493f8 }
      .tail { fill: #23497b }
      .loss { fill: #f0694e }
      .wait { fill: #6e7681 }
      .rule { stroke: #9aa4af }
    }`;

/** A bar in pieces, one after the other, each with its class. */
export interface Row {
  readonly name: string;
  /** The end of each piece, in the unit of the picture. */
  readonly pieces: readonly { readonly to: number; readonly kind: "bar" | "tail" | "loss" | "wait" }[];
  readonly value: string;
  /** A second figure, in grey. */
  readonly other?: string | undefined;
}

export interface Group {
  readonly title?: string;
  readonly rows: readonly Row[];
}

export interface Picture {
  readonly title: string;
  /** What is measured, what the colours mean, on what machine: lines of at most about 60 characters. */
  readonly above: readonly string[];
  readonly below: readonly string[];
  readonly legend: readonly { readonly kind: Row["pieces"][number]["kind"]; readonly text: string }[];
  readonly groups: readonly Group[];
  /** A dotted line across all bars, with its name. */
  readonly rule?: { readonly at: number; readonly text: string };
}

export function draw({ title, above, below, legend, groups, rule }: Picture): string {
  const ends = groups.flatMap(({ rows }) => rows.flatMap(({ pieces }) => pieces.map(({ to }) => to)));
  const scale = (RIGHT - LEFT) / Math.max(rule?.at ?? 0, ...ends);
  const x = (value: number) => LEFT + scale * value;
  const across = rule === undefined ? undefined : x(rule.at);
  const lines: string[] = [];
  let y = 10;
  const add = (step: number, draw: (y: number) => readonly string[]) => {
    y += step;
    lines.push(...draw(y));
  };
  add(18, (y) => [text(MARGIN, y, title, "title")]);
  for (const line of above) add(18, (y) => [text(MARGIN, y, line, "small")]);
  for (const { kind, text: meaning } of legend)
    add(20, (y) => [rectangle(MARGIN, y - 11, 12, 12, kind), text(MARGIN + 19, y, meaning, "small")]);
  add(6, () => []);
  for (const { title, rows } of groups) {
    if (title !== undefined) add(28, (y) => [text(MARGIN, y, title, "group")]);
    for (const row of rows) add(ROW, (y) => drawRow(row, y, x, across));
    if (across !== undefined)
      lines.push(`<path class="rule" d="M${at(across)} ${y + 8 - ROW * rows.length}V${y + 7}"/>`);
  }
  if (rule !== undefined && across !== undefined) add(21, (y) => [text(across - 4, y, rule.text, "small")]);
  add(8, () => []);
  for (const line of below) add(18, (y) => [text(MARGIN, y, line, "small")]);
  const height = y + MARGIN;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`;
  const paper = `<rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>`;
  const head = [`<title>${escaped(title)}</title>`, `<style>${STYLE}\n  </style>`, paper];
  return `${[open, ...[...head, ...lines].map((line) => `  ${line}`), "</svg>"].join("\n")}\n`;
}

/** @param across where the dotted line is: no figure may stand on it */
function drawRow(
  { name, pieces, value, other }: Row,
  y: number,
  x: (value: number) => number,
  across: number | undefined,
): string[] {
  const starts = [LEFT, ...pieces.map(({ to }) => x(to))];
  const bars = pieces.map(({ to, kind }, k) => rectangle(starts[k], y - 12, x(to) - starts[k], 15, kind));
  const loss = pieces.some(({ kind }) => kind === "loss") ? " loss" : "";
  const second = other === undefined ? "" : `<tspan class="other" font-weight="400" dx="6">${escaped(other)}</tspan>`;
  const end = at(Math.max(starts.at(-1) ?? LEFT, across ?? LEFT) + 6);
  const figure = `<text x="${end}" y="${y}" class="value${loss}">${escaped(value)}${second}</text>`;
  return [text(LEFT - 8, y, name, "name"), ...bars, figure];
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text x="${at(x)}" y="${y}" class="${kind}">${escaped(content)}</text>`;
}

function rectangle(x: number, y: number, width: number, height: number, kind: string): string {
  return `<rect class="${kind}" x="${at(x)}" y="${y}" width="${at(Math.max(0, width))}" height="${height}"/>`;
}

function at(value: number): string {
  return String(Number(value.toFixed(1)));
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
