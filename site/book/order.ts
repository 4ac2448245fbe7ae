/** The reading order, as docs/reading-the-source.md states it: chapters, their parts, files, and the idea of each file. */
import { read } from "../addresses.ts";

/** A source file of a package, and where it stands in the order. */
export interface SourceFile {
  /** From 1 to the number of all files. */
  readonly number: number;
  /** The name within the repository. */
  readonly path: string;
  /** The name within the package: `ops/view.ts`. */
  readonly name: string;
  readonly chapter: string;
  readonly idea: string;
}

/** Files that belong together. */
export interface Part {
  readonly title: string;
  readonly files: readonly SourceFile[];
}

/** A package. */
export interface Chapter {
  readonly name: string;
  /** The one idea of the chapter. */
  readonly idea: string;
  readonly parts: readonly Part[];
}

const ENTRY = /^(\d+)\. \[([^\]]+)\]\(\.\.\/(packages\/(\w+)\/src\/[^)]+)\): (.*)$/gm;

/** All chapters in the order of the page. */
export function chapters(): Chapter[] {
  const [, ...sections] = read("docs/reading-the-source.md").split(/^## /m);
  return sections.flatMap((section) => {
    const [name, ...rest] = section.split("\n");
    const [opening, ...blocks] = rest.join("\n").split(/^(?=[^\n]*:\n\n\d+\. )/m);
    const idea = /^(?!\d+\. )[^\n]+(?:\n[^\n]+)*/.exec(opening.trim())?.[0] ?? "";
    const parts = [opening, ...blocks]
      .map((text) => ({ title: /^(.*):\n/.exec(text)?.[1] ?? "", files: filesIn(text) }))
      .filter(({ files }) => files.length > 0);
    return parts.length === 0 ? [] : [{ name, idea, parts }];
  });
}

function filesIn(text: string): SourceFile[] {
  return [...text.matchAll(ENTRY)].map(([, number, name, path, chapter, idea]) => ({
    number: Number(number),
    path,
    name,
    chapter,
    idea,
  }));
}

/** All files, in order. */
export function filesOf(all: readonly Chapter[]): SourceFile[] {
  return all.flatMap(({ parts }) => parts.flatMap(({ files }) => files));
}
