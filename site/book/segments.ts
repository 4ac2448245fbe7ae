/** Cuts a source file into segments: a comment, and the code that it is about. Together they are the file. */

import type ts from "typescript";
import { type Leaf, leavesOf } from "../code/leaves.ts";

/** A comment, with the white space and line ends around it, and the tokens that follow. Either may be empty. */
export interface Segment {
  readonly comment: string;
  readonly code: readonly Leaf[];
}

/**
 * The segments of a file. A comment is prose if it stands on lines of its own and is a docstring, or is at the left margin.
 * Other comments, such as those inside a function, stay where they are in the code.
 */
export function segmentsOf(file: ts.SourceFile): Segment[] {
  const segments: { comment: string; code: Leaf[] }[] = [{ comment: "", code: [] }];
  const leaves = leavesOf(file);
  for (const [k, leaf] of leaves.entries()) {
    const last = segments[segments.length - 1];
    if (!isProse(leaf, file.text)) {
      if (leaf.text !== "") last.code.push(leaf);
      continue;
    }
    // The indentation before a comment and the line end after it belong to the comment.
    const indentation = takeIndentation(last.code);
    const [, lineEnd, rest] = /^(\n?)([\s\S]*)$/.exec(leaves[k + 1]?.text ?? "") ?? ["", "", ""];
    const comment = indentation + leaf.text + lineEnd;
    const isContinued =
      last.code.length === 0 && last.comment.trimStart().startsWith("//") && leaf.text.startsWith("//");
    if (isContinued) last.comment += comment;
    else segments.push({ comment, code: [] });
    if (leaves[k + 1] !== undefined)
      leaves[k + 1] = { ...leaves[k + 1], text: rest, start: leaves[k + 1].start + lineEnd.length };
  }
  return segments.filter(({ comment, code }) => comment !== "" || code.length > 0);
}

function isProse({ text, start, colour }: Leaf, source: string): boolean {
  if (colour !== "comment") return false;
  const lineStart = source.lastIndexOf("\n", start) + 1;
  const next = source[start + text.length];
  const isAlone = source.slice(lineStart, start).trim() === "" && (next === "\n" || next === undefined);
  return isAlone && (text.startsWith("/**") || lineStart === start);
}

/** Removes the spaces at the end of the code, after its last line end, and returns them. */
function takeIndentation(code: Leaf[]): string {
  const last = code.at(-1);
  const spaces = / *$/.exec(last?.text ?? "")?.[0] ?? "";
  if (last === undefined || last.node !== undefined || spaces === "") return "";
  code[code.length - 1] = { ...last, text: last.text.slice(0, -spaces.length) };
  return spaces;
}

/** The text of a segment's code. */
export function codeText({ code }: Segment): string {
  return code.map(({ text }) => text).join("");
}
