/** The code of one page as HTML: every name shows its type, and leads to its definition if that is in the book. */
import { posix } from "node:path";
import ts from "typescript";
import { attributeOf, colourClass, coloured, escaped, joined } from "../code/html.ts";
import type { Leaf } from "../code/leaves.ts";
import type { Hover, Library, Name } from "./library.ts";
import { packageFile, pageName } from "./places.ts";
import { WORD } from "./words.ts";

/** The type of a word. If it differs from place to place: its types, and which of them each place has, or -1. */
type WordType = string | readonly [types: readonly string[], places: readonly number[]];

/** Writes the code of a source file, and collects what the page shows when the reader points at a name. */
export class Names {
  /** What an editor shows for each definition that has an anchor. */
  readonly hovers = new Map<string, Hover>();
  /** What an editor shows for the words that are no links, by word and then in order; undefined where it shows nothing. */
  readonly #words = new Map<string, (string | undefined)[]>();
  /** Where each name of this file that can be linked to leads. */
  readonly links = new Map<string, string>();
  readonly #library: Library;
  readonly #file: string;
  readonly #isInBook: (file: string) => boolean;
  /** The types of the definitions that have no anchor. */
  readonly #known = new Map<string, string | undefined>();
  readonly #written = new Set<string>();

  constructor(library: Library, file: string, isInBook: (file: string) => boolean) {
    this.#library = library;
    this.#file = file;
    this.#isInBook = isInBook;
  }

  html(leaves: readonly Leaf[]): string {
    return joined(leaves.map((leaf) => this.#leaf(leaf)));
  }

  /** What the page shows for the words that are no links. */
  get words(): Readonly<Record<string, WordType>> {
    const entries = [...this.#words].map(([word, all]): [string, WordType] => {
      const types = [...new Set(all)].filter((type) => type !== undefined);
      const isSame = types.length === 1 && !all.includes(undefined);
      const places = all.map((type) => (type === undefined ? -1 : types.indexOf(type)));
      return [word, isSame ? types[0] : [types, places]];
    });
    return Object.fromEntries(entries.filter(([, [types]]) => types.length > 0));
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
    if (!this.#known.has(definition)) this.#known.set(definition, this.#library.type(name));
    return this.#unlinked(leaf, this.#known.get(definition));
  }

  /** A token without a link. The page's script finds its words, and counts them in the same order as this function. */
  #unlinked({ text, colour }: Leaf, type?: string): string {
    if (colour === "plain" || colour === "call" || colour === "type")
      for (const [word] of text.matchAll(WORD)) {
        const types = this.#words.get(word) ?? [];
        types.push(type);
        this.#words.set(word, types);
      }
    return coloured(text, colour);
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
