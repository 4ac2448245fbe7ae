/** A mutant: one small change of a source file, which some test should notice. */
import type ts from "typescript-5";

/** A part of a file, from `start` to before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Text that takes the place of a part of a file. */
export interface Change extends Range {
  readonly replacement: string;
}

/** A change, and how a person recognises it. */
export interface Mutant extends Change {
  /** The file, from the root of the repository. */
  readonly file: string;
  /** The line of the change, counted from 1. */
  readonly line: number;
  /** The changed lines before and after the change, with single spaces. */
  readonly before: string;
  readonly after: string;
  /** The expression or statement that is computed differently. A test that never reaches it cannot notice. */
  readonly site: Range;
}

/** A change, and its site. */
export type Proposal = readonly [change: Change, site: ts.Node];

/** The text with all changes made. Changes at one position are inserted in the order given. */
export function changed(text: string, changes: readonly Change[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, replacement } of changes.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

/** The mutant that a change of a file makes. */
export function mutantFrom(file: string, source: ts.SourceFile, [change, node]: Proposal): Mutant {
  const { text } = source;
  const first = text.lastIndexOf("\n", change.start - 1) + 1;
  const newline = text.indexOf("\n", change.end);
  const last = newline === -1 ? text.length : newline;
  const lines = text.slice(first, last);
  const local = { ...change, start: change.start - first, end: change.end - first };
  const site = { start: node.getStart(source), end: node.getEnd() };
  const line = source.getLineAndCharacterOfPosition(change.start).line + 1;
  return { ...change, file, line, before: oneLine(lines), after: oneLine(changed(lines, [local])), site };
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}
