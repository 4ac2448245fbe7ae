/** The code of one page as HTML: every name shows its type, and leads to its definition if that is in the book. */
import { posix } from "node:path";
import ts from "typescript";
import { attribute, colourClass, coloured, escaped } from "../code/html.ts";
import type { Leaf } from "../code/leaves.ts";
import type { Hover, Library } from "./library.ts";
import { packageFile, pageName } from "./places.ts";

/** Writes the code of a source file, and collects what the page shows when the reader points at a name. */
export class Names {
  /** What an editor shows, by anchor or number. */
  readonly hovers = new Map<string, Hover>();
  /** Where each name of this file that can be linked to leads. */
  readonly links = new Map<string, string>();
  readonly #library: Library;
  readonly #file: string;
  readonly #isInBook: (file: string) => boolean;
  /** The numbers of the definitions that have no anchor. */
  readonly #numbers = new Map<string, number>();
  readonly #written = new Set<string>();

  constructor(library: Library, file: string, isInBook: (file: string) => boolean) {
    this.#library = library;
    this.#file = file;
    this.#isInBook = isInBook;
  }

  html(leaves: readonly Leaf[]): string {
    return leaves.map((leaf) => this.#leaf(leaf)).join("");
  }

  #leaf(leaf: Leaf): string {
    const { node, text, start } = leaf;
    if (node !== undefined && ts.isStringLiteral(node) && isModule(node)) return this.#module(leaf, node.text);
    if (node === undefined || !(ts.isIdentifier(node) || ts.isPrivateIdentifier(node)))
      return coloured(text, leaf.colour);
    const anchor = this.#library.anchors(this.#file).get(start);
    if (anchor !== undefined) return this.#declared(leaf, anchor);
    const found = this.#library.definition(this.#file, start);
    if (found === undefined) return coloured(text, leaf.colour);
    const target = this.#isInBook(found.file) ? this.#library.anchors(found.file).get(found.position) : undefined;
    if (target === undefined) return this.#local(leaf, `${found.file} ${found.position}`);
    const page = found.file === this.#file ? "" : relative(this.#file, found.file);
    const link = `${page}#${encodeURIComponent(target)}`;
    if (!target.includes(".")) this.links.set(text, link);
    return `<a${colourClass(leaf)} href="${link}">${escaped(text)}</a>`;
  }

  /** A definition with an anchor. If a page writes it twice, the second is only a link to the first. */
  #declared(leaf: Leaf, anchor: string): string {
    this.#hover(anchor, leaf.start, true);
    const id = encodeURIComponent(anchor);
    if (!anchor.includes(".")) this.links.set(leaf.text, `#${id}`);
    if (this.#written.has(anchor)) return `<a${colourClass(leaf)} href="#${id}">${escaped(leaf.text)}</a>`;
    this.#written.add(anchor);
    return `<dfn${colourClass(leaf)} id="${attribute(anchor)}">${escaped(leaf.text)}</dfn>`;
  }

  /** A name that is local to a function, or defined outside of the book. */
  #local(leaf: Leaf, definition: string): string {
    const number = this.#numbers.get(definition) ?? this.#numbers.size;
    this.#numbers.set(definition, number);
    if (!this.#hover(String(number), leaf.start, false)) return coloured(leaf.text, leaf.colour);
    return `<var${colourClass(leaf)} data-h=${number}>${escaped(leaf.text)}</var>`;
  }

  #hover(key: string, position: number, isAnchor: boolean): boolean {
    if (this.hovers.has(key)) return true;
    const hover = this.#library.hover(this.#file, position);
    if (hover === undefined) return false;
    // Docstrings of JavaScript's own functions are well known, and long.
    this.hovers.set(key, isAnchor ? hover : [hover[0], ""]);
    return true;
  }

  /** The name of an imported module. */
  #module(leaf: Leaf, name: string): string {
    const file = name.startsWith(".") ? posix.join(posix.dirname(this.#file), name) : packageFile(name);
    if (file === undefined || !this.#isInBook(file)) return coloured(leaf.text, leaf.colour);
    return `<a${colourClass(leaf)} href="${relative(this.#file, file)}">${escaped(leaf.text)}</a>`;
  }
}

function isModule({ parent }: ts.StringLiteral): boolean {
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent);
}

/** The address of a file's page, as the page of another writes it. */
export function relative(from: string, to: string): string {
  return posix.relative(posix.dirname(pageName(from)), pageName(to));
}
