/** The code of one page as HTML: every name shows its type, and leads to its definition if that is in the book. */
import { posix } from "node:path";
import ts from "typescript";
import { attributeOf, colourClass, coloured, escaped, joined } from "../code/html.ts";
import type { Leaf } from "../code/leaves.ts";
import type { Hover, Library, Name } from "./library.ts";
import { packageFile, pageName } from "./places.ts";
import { WORD } from "./words.ts";

/** Writes the code of a source file, and collects what the page shows when the reader points at a name. */
export class Names {
  /** What an editor shows for each definition that has an anchor. */
  readonly hovers = new Map<string, Hover>();
  /** What an editor shows for the other names, each text once. */
  readonly types: string[] = [];
  /** Which of `types` each word of the page has that is no link, by word and then in order; -1 if it has none. */
  readonly #locals = new Map<string, number[]>();
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
    return joined(leaves.map((leaf) => this.#leaf(leaf)));
  }

  /** Which of `types` a word has: one number if it is the same at each place. */
  get locals(): Readonly<Record<string, number | readonly number[]>> {
    const typed = [...this.#locals].filter(([, places]) => places.some((type) => type >= 0));
    return Object.fromEntries(typed.map(([word, places]) => [word, new Set(places).size === 1 ? places[0] : places]));
  }

  #leaf(leaf: Leaf): string {
    const { node, text, start } = leaf;
    if (node !== undefined && ts.isStringLiteral(node) && isModule(node)) return this.#module(leaf, node.text);
    const isName = node !== undefined && (ts.isIdentifier(node) || ts.isPrivateIdentifier(node));
    // Names in an import are those that the code below it uses.
    if (!isName || ts.isImportSpecifier(node.parent)) return this.#unlinked(leaf);
    const anchor = this.#library.anchors(this.#file).get(start);
    if (anchor !== undefined) return this.#declared(leaf, anchor);
    const found = this.#library.definition(node);
    if (found === undefined) return this.#unlinked(leaf);
    const target = this.#isInBook(found.file) ? this.#library.anchors(found.file).get(found.position) : undefined;
    if (target === undefined) return this.#local(leaf, node, `${found.file} ${found.position}`);
    const page = found.file === this.#file ? "" : relative(this.#file, found.file);
    const link = `${page}#${encodeURIComponent(target)}`;
    if (!target.includes(".")) this.links.set(text, link);
    return linkHtml(leaf, link);
  }

  /** A definition with an anchor. If a page writes it twice, the second is only a link to the first. */
  #declared(leaf: Leaf, anchor: string): string {
    const hover = this.#library.hover(this.#file, leaf.start);
    if (hover !== undefined) this.hovers.set(anchor, hover);
    const id = encodeURIComponent(anchor);
    if (!anchor.includes(".")) this.links.set(leaf.text, `#${id}`);
    if (this.#written.has(anchor)) return linkHtml(leaf, `#${id}`);
    this.#written.add(anchor);
    return `<dfn${colourClass(leaf.colour)}${attributeOf("id", anchor)}>${escaped(leaf.text)}</dfn>`;
  }

  /** A name that is local to a function, or defined outside of the book. */
  #local(leaf: Leaf, name: Name, definition: string): string {
    if (!this.#known.has(definition)) this.#known.set(definition, this.#typeOf(name));
    return this.#unlinked(leaf, this.#known.get(definition));
  }

  /** A token that is no link. The page's script finds the words in it, and counts them as here. */
  #unlinked({ text, colour }: Leaf, type = -1): string {
    if (colour === "plain" || colour === "call" || colour === "type")
      for (const [word] of text.matchAll(WORD)) {
        const places = this.#locals.get(word) ?? [];
        places.push(type);
        this.#locals.set(word, places);
      }
    return coloured(text, colour);
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
    if (file === undefined || !this.#isInBook(file)) return this.#unlinked(leaf);
    return linkHtml(leaf, relative(this.#file, file));
  }
}

function linkHtml({ text, colour }: Leaf, address: string): string {
  return `<a${colourClass(colour)}${attributeOf("href", address)}>${escaped(text)}</a>`;
}

function isModule({ parent }: ts.StringLiteral): boolean {
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent);
}

/** The address of a file's page, as the page of another writes it. */
export function relative(from: string, to: string): string {
  return posix.relative(posix.dirname(pageName(from)), pageName(to));
}
