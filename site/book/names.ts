/** The code of one page as HTML: every name shows its type, and leads to its definition if that is in the book. */
import { posix } from "node:path";
import ts from "typescript";
import { attribute, colourClass, coloured, escaped } from "../code/html.ts";
import type { Leaf } from "../code/leaves.ts";
import type { Hover, Library, Name } from "./library.ts";
import { packageFile, pageName } from "./places.ts";

/** Writes the code of a source file, and collects what the page shows when the reader points at a name. */
export class Names {
  /** What an editor shows for each definition that has an anchor. */
  readonly hovers = new Map<string, Hover>();
  /** What an editor shows for the other names, each text once. */
  readonly types: string[] = [];
  /** Which of `types` each `<u>` of the page has, in order. */
  readonly locals: number[] = [];
  /** Where each name of this file that can be linked to leads. */
  readonly links = new Map<string, string>();
  readonly #library: Library;
  readonly #file: string;
  readonly #isInBook: (file: string) => boolean;
  /** The indices in `types` of the definitions that have no anchor. */
  readonly #known = new Map<string, number | undefined>();
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
    const isName = node !== undefined && (ts.isIdentifier(node) || ts.isPrivateIdentifier(node));
    // Names in an import are those that the code below it uses.
    if (!isName || ts.isImportSpecifier(node.parent)) return coloured(text, leaf.colour);
    const anchor = this.#library.anchors(this.#file).get(start);
    if (anchor !== undefined) return this.#declared(leaf, anchor);
    const found = this.#library.definition(node);
    if (found === undefined) return coloured(text, leaf.colour);
    const target = this.#isInBook(found.file) ? this.#library.anchors(found.file).get(found.position) : undefined;
    if (target === undefined) return this.#local(leaf, node, `${found.file} ${found.position}`);
    const page = found.file === this.#file ? "" : relative(this.#file, found.file);
    const link = `${page}#${encodeURIComponent(target)}`;
    if (!target.includes(".")) this.links.set(text, link);
    return `<a${colourClass(leaf.colour)} href="${link}">${escaped(text)}</a>`;
  }

  /** A definition with an anchor. If a page writes it twice, the second is only a link to the first. */
  #declared(leaf: Leaf, anchor: string): string {
    const hover = this.#library.hover(this.#file, leaf.start);
    if (hover !== undefined) this.hovers.set(anchor, hover);
    const id = encodeURIComponent(anchor);
    if (!anchor.includes(".")) this.links.set(leaf.text, `#${id}`);
    if (this.#written.has(anchor)) return `<a${colourClass(leaf.colour)} href="#${id}">${escaped(leaf.text)}</a>`;
    this.#written.add(anchor);
    return `<dfn${colourClass(leaf.colour)} id="${attribute(anchor)}">${escaped(leaf.text)}</dfn>`;
  }

  /** A name that is local to a function, or defined outside of the book. */
  #local({ text, colour }: Leaf, name: Name, definition: string): string {
    if (!this.#known.has(definition)) this.#known.set(definition, this.#typeOf(name));
    const index = this.#known.get(definition);
    if (index === undefined) return coloured(text, colour);
    this.locals.push(index);
    return `<u${colourClass(colour)}>${escaped(text)}</u>`;
  }

  #typeOf(name: Name): number | undefined {
    const type = this.#library.type(name);
    if (type === undefined) return undefined;
    const index = this.types.indexOf(type);
    return index < 0 ? this.types.push(type) - 1 : index;
  }

  /** The name of an imported module. */
  #module(leaf: Leaf, name: string): string {
    const file = name.startsWith(".") ? posix.join(posix.dirname(this.#file), name) : packageFile(name);
    if (file === undefined || !this.#isInBook(file)) return coloured(leaf.text, leaf.colour);
    return `<a${colourClass(leaf.colour)} href="${relative(this.#file, file)}">${escaped(leaf.text)}</a>`;
  }
}

function isModule({ parent }: ts.StringLiteral): boolean {
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent);
}

/** The address of a file's page, as the page of another writes it. */
export function relative(from: string, to: string): string {
  return posix.relative(posix.dirname(pageName(from)), pageName(to));
}
