/** A comment as prose. */
import MarkdownIt from "markdown-it";
import { attributeOf } from "../code/html.ts";

const markdown = new MarkdownIt({ html: false, linkify: false });

/** The text of a comment without its slashes and stars. */
export function wordsOf(comment: string): string {
  const lines = comment.trim().startsWith("//")
    ? comment.replace(/^[ \t]*\/\/ ?/gm, "")
    : comment
        .replace(/^\s*\/\*\*?[ \t]?/, "")
        .replace(/[ \t]*\*\/\s*$/, "")
        .replace(/^[ \t]*\*[ \t]?/gm, "");
  return lines.trim();
}

/** Where a name in backticks, or a file that a sentence mentions, leads; undefined if it is not known. */
export type Lookup = (name: string) => string | undefined;

/** The comment as HTML. Names and files that `lookup` knows become links. */
export function proseHtml(comment: string, lookup: Lookup): string {
  const words = wordsOf(comment)
    // A tag begins a paragraph of its own: "@throws ShapeError if ..." reads "Throws ShapeError if ...".
    .replace(
      /(?:^|\s+)@(throws|param|returns)\s+/g,
      (_, tag: string) => `\n\n*${tag[0].toUpperCase()}${tag.slice(1)}* `,
    )
    .replace(/\{@link (\w+)\}/g, "`$1`");
  return markdown
    .render(words)
    .replace(/<code>([\w.]+)<\/code>/g, (code, name) => linked(code, lookup(name)))
    .replace(/(?<![\w/>])([\w-]+\/)*[\w-]+\.ts\b(?![^<]*<\/(?:code|a)>)/g, (file) => linked(file, lookup(file)));
}

function linked(html: string, address: string | undefined): string {
  return address === undefined ? html : `<a${attributeOf("href", address)}>${html}</a>`;
}
