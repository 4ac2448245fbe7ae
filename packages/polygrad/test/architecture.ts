/** Draws the picture of docs/architecture.md from the imports in the sources. */
import { posix } from "node:path";
import {
  chapters,
  forwardTypes,
  importName,
  importsOf,
  type PackageName,
  packageNames,
  packageOrder,
  readSource,
} from "./reading-order.ts";

/** A chapter, and the package that it belongs to. */
interface Place {
  readonly owner: PackageName;
  readonly title: string;
  readonly files: readonly string[];
}

const places: readonly Place[] = packageNames.flatMap((owner) =>
  chapters[owner].map((chapter) => ({ owner, ...chapter })),
);

/** The chapter of the file that a file imports from `from`; undefined if it is not one of our packages. */
function placeOf(owner: PackageName, file: string, from: string): Place | undefined {
  if (from.startsWith(".")) {
    const target = posix.join(posix.dirname(file), from);
    return places.find((place) => place.owner === owner && place.files.includes(target));
  }
  const [other] = packageNames.filter((name) => from === importName(name) || from.startsWith(`${importName(name)}/`));
  const entry = from.endsWith("/internal") ? "internal.ts" : from.endsWith("/node") ? "node.ts" : "index.ts";
  return places.find((place) => place.owner === other && place.files.includes(entry));
}

/** How often each chapter imports each other one. An import of a package counts for the chapter of its entry file. */
export function importsBetweenPlaces(): ReadonlyMap<Place, ReadonlyMap<Place, number>> {
  return new Map(
    places.map((place) => {
      const counts = new Map<Place, number>();
      for (const file of place.files)
        for (const { from, typeOnly } of importsOf(readSource(place.owner, file))) {
          const path = `${place.owner}/${file} -> ${posix.join(posix.dirname(file), from)}`;
          if (typeOnly && forwardTypes.has(path)) continue;
          const target = placeOf(place.owner, file, from);
          if (target !== undefined && target !== place) counts.set(target, (counts.get(target) ?? 0) + 1);
        }
      return [place, counts];
    }),
  );
}

const ROW = 22;
const LEFT = 330;
const TOP = 330;
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2933; }
  .small { font-size: 11px; fill: #52606d; }
  .name { font-weight: 600; }
  .box { fill: #eef2f7; stroke: #9aa5b1; }
  .line { stroke: #9aa5b1; fill: none; }
  .head { fill: #9aa5b1; }
  .grid { fill: #e4e9f0; }
  .dot { fill: #2563a8; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb; }
    .small { fill: #9aa5b1; }
    .box { fill: #1f2933; stroke: #616e7c; }
    .line { stroke: #7b8794; }
    .head { fill: #7b8794; }
    .grid { fill: #27323d; }
    .dot { fill: #6aa9e9; }
  }`;

/** The upper left corner of each package's box. */
const boxes: Readonly<Record<PackageName, readonly [x: number, y: number]>> = {
  polygrad: [80, 40],
  sweep: [460, 20],
  parallel: [460, 76],
  formats: [460, 132],
  nn: [80, 120],
  autograd: [80, 200],
  data: [460, 200],
  tensor: [270, 265],
};

/** The packages that a package imports, without those that it reaches through another one: they get no arrow. */
function direct(name: PackageName): PackageName[] {
  const all: readonly PackageName[] = packageOrder[name];
  return all.filter((other) => !all.some((between) => between !== other && reaches(between, other)));
}

function reaches(from: PackageName, to: PackageName): boolean {
  const next: readonly PackageName[] = packageOrder[from];
  return next.includes(to);
}

/** The picture, as the text of an SVG file. */
export function architecturePicture(): string {
  const size = [LEFT + places.length * ROW + 20, TOP + places.length * ROW + 40];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size[0]} ${size[1]}" role="img" aria-labelledby="title">`,
    '<title id="title">The packages of Polygrad and what their chapters import</title>',
    `<style>${STYLE}\n</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
    '<text class="small" x="20" y="20">Packages: an arrow leads from a package to one that it imports.</text>',
    ...packageNames.flatMap((name) => direct(name).map((other) => arrow(boxes[name], boxes[other]))),
    ...packageNames.map((name) => box(name, boxes[name])),
    `<text class="small" x="20" y="${TOP - 8}">Chapters: a dot in a row says that it imports the chapter of that column; all dots lie below the diagonal.</text>`,
    ...matrix(),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function box(name: PackageName, [x, y]: readonly [number, number]): string {
  const count = chapters[name].reduce((sum, { files }) => sum + files.length, 0);
  return (
    `<rect class="box" x="${x}" y="${y}" width="230" height="34" rx="5"/>` +
    `<text class="name" x="${x + 12}" y="${y + 22}">${importName(name)}</text>` +
    `<text class="small" x="${x + 218}" y="${y + 22}" text-anchor="end">${count} files</text>`
  );
}

/** An arrow from the lower edge of one box to the upper edge of another. */
function arrow([x, y]: readonly [number, number], [toX, toY]: readonly [number, number]): string {
  const [from, to] = [x + 115, toX + 115 + (x - toX) / 4];
  return `<path class="line" marker-end="url(#head)" d="M${from} ${y + 34} L${to} ${toY - 2}"/>`;
}

function matrix(): string[] {
  const imports = importsBetweenPlaces();
  return places.flatMap((place, row) => {
    const y = TOP + row * ROW;
    const opens = row === 0 || places[row - 1].owner !== place.owner;
    const cells = places.slice(0, row + 1).map((target, column) => {
      const x = LEFT + column * ROW;
      const count = imports.get(place)?.get(target) ?? 0;
      const mark =
        column === row ? `<text class="small" x="${x + 11}" y="${y + 15}" text-anchor="middle">${row + 1}</text>` : "";
      const dot =
        count > 0
          ? `<circle class="dot" cx="${x + 10.5}" cy="${y + 10.5}" r="${(2.5 + Math.min(4, Math.log2(count))).toFixed(1)}"/>`
          : "";
      return `<rect class="grid" x="${x}" y="${y}" width="${ROW - 1}" height="${ROW - 1}"/>${mark}${dot}`;
    });
    const owner = opens ? `<text class="name" x="20" y="${y + 15}">${place.owner}</text>` : "";
    const label = `<tspan class="small">${foldersOf(place)}</tspan> ${place.title} ${row + 1}`;
    return [`${owner}<text x="${LEFT - 8}" y="${y + 15}" text-anchor="end">${label}</text>`, ...cells];
  });
}

/** The folders that a chapter's files are in, other than `src` itself. */
function foldersOf({ files }: Place): string {
  const folders = new Set(files.map((file) => posix.dirname(file).split("/")[0]).filter((folder) => folder !== "."));
  return [...folders].map((folder) => `${folder}/`).join(" ");
}
