/** The page of a source file: its opening comment as a preface, a picture if it has one, then each comment beside the code that it is about. */
import { escaped } from "../code/html.ts";
import { kernelViews } from "./kernel-views.ts";
import type { Library } from "./library.ts";
import { Names } from "./names.ts";
import type { SourceFile } from "./order.ts";
import { type Lookup, proseHtml } from "./prose.ts";
import { codeText, type Segment, segmentsOf } from "./segments.ts";

/** A page without its frame, and what it shows when the reader points at a name. */
export interface SourcePage {
  readonly body: string;
  readonly names: Names;
}

/** Makes the page of a file. `fileLink` finds the page of a file that a comment mentions; `picture` comes before the code. */
export function sourcePage(
  library: Library,
  file: SourceFile,
  isInBook: (path: string) => boolean,
  fileLink: (mentioned: string) => string | undefined,
  picture = "",
): SourcePage {
  const names = new Names(library, file.path, isInBook);
  const [opening, ...others] = segmentsOf(library.source(file.path));
  const hasPreface = opening.comment.startsWith("/**");
  // Code first: only then is it known where the names lead that the comments mention.
  const [imports, rest] = hasPreface ? cutImports(opening) : [[], []];
  const codes = [imports, rest, ...(hasPreface ? others : [opening, ...others]).map(({ code }) => code)].map((code) =>
    names.html(code),
  );
  const lookup: Lookup = (name) => (name.endsWith(".ts") ? fileLink(name) : names.links.get(name));
  const [importsHtml, restHtml, ...othersHtml] = codes;
  const comments = (hasPreface ? others : [opening, ...others]).map(({ comment }) => comment);
  const rows = comments.map((comment, k) => row(comment === "" ? "" : proseIn(comment, lookup), othersHtml[k]));
  const preface = hasPreface ? `<div class=preface>${proseIn(opening.comment, lookup)}</div>` : "";
  const body = [
    `<h1><span class=number>${file.number}</span> ${escaped(file.name)}</h1>`,
    `<p class=idea>${sentence(file.idea, lookup)}</p>`,
    preface,
    picture,
    `<div class=source>`,
    importsHtml === "" ? "" : importsRow(importsHtml),
    restHtml.trim() === "" ? "" : row("", restHtml),
    ...rows,
    `</div>`,
    kernelViews(library, file.path, names),
  ];
  return { body: body.filter((part) => part !== "").join("\n"), names };
}

function sentence(idea: string, lookup: Lookup): string {
  const text = idea.charAt(0).toUpperCase() + idea.slice(1);
  return proseHtml(text, lookup).replace(/^<p>|<\/p>\s*$/g, "");
}

/** Prose that fills an element: there, HTML lets us leave out the ends of paragraphs. */
function proseIn(comment: string, lookup: Lookup): string {
  return proseHtml(comment, lookup)
    .trimEnd()
    .replace(/<\/p>\n*(?=<(?:p|ul|ol|pre)>|$)/g, "");
}

function row(prose: string, code: string): string {
  // Code that is too wide can be scrolled with keys: from a link in it or, if there is none, from the code itself.
  const focus = code.includes("<a ") ? "" : " tabindex=0";
  return `<div class=row>${prose === "" ? "" : `<div class=prose>${prose}</div>`}<pre${focus}>${code}</pre></div>`;
}

function importsRow(code: string): string {
  return `<div class="row imports"><details><summary>imports</summary><pre tabindex=0>${code}</pre></details></div>`;
}

/** Parts the imports, which come first, from the code after them. */
function cutImports(segment: Segment): [imports: Segment["code"], rest: Segment["code"]] {
  const text = codeText(segment);
  const end = /^(?:import [^;]*;\n)+/.exec(text)?.[0].length ?? 0;
  let length = 0;
  const cut = segment.code.findIndex((leaf) => {
    length += leaf.text.length;
    return length >= end;
  });
  if (end === 0 || cut < 0) return [[], segment.code];
  const last = segment.code[cut];
  const inside = last.text.length - (length - end);
  return [
    [...segment.code.slice(0, cut), { ...last, text: last.text.slice(0, inside) }],
    [{ ...last, text: last.text.slice(inside), start: last.start + inside }, ...segment.code.slice(cut + 1)],
  ];
}
