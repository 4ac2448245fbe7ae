/**
 * The header of an .npy file is a dictionary in Python's notation. This reads such dictionaries and nothing else of Python;
 * nothing is evaluated.
 *
 * ```
 * { 'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
 *
 * dictionary = "{" [ text ":" value { "," text ":" value } [ "," ] ] "}"
 * value      = text | "True" | "False" | tuple
 * tuple      = "(" ")"  |  "(" integer "," [ integer { "," integer } [ "," ] ] ")"
 * ```
 * A text is in single or double quotes and has no backslash. Python 2 wrote integers as 3L.
 */
import type { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { emptyRecord } from "../names.ts";

/** What a header can say. */
export type Literal = string | boolean | readonly number[];

const TOKEN = /\s*(?:([{}():,])|'([^'\\\n]*)'|"([^"\\\n]*)"|(True|False)\b|(\d+)L?(?![\w.]))/y;

/** Reads a dictionary of texts, flags and tuples of integers. White space may follow it. */
export function parseDictionary(
  source: string,
  refuse: (what: string) => FormatError,
): Readonly<Record<string, Literal>> {
  const tokens = new Tokens(source, refuse);
  const found = emptyRecord<Literal>();
  tokens.expect("{");
  while (!tokens.accept("}")) {
    const key = tokens.next();
    if (typeof key !== "object") throw tokens.unexpected("a text in quotes");
    if (key.text in found) throw refuse(`${brief(key.text)} appears twice`);
    tokens.expect(":");
    found[key.text] = valueOfKey(tokens, key.text);
    if (!tokens.accept(",")) {
      tokens.expect("}");
      break;
    }
  }
  tokens.end();
  return found;
}

function valueOfKey(tokens: Tokens, key: string): Literal {
  if (tokens.accept("(")) return tuple(tokens);
  if (tokens.peek("["))
    throw tokens.refuse(`${key} is a list: arrays of records have one; save each field as an array of its own`);
  const value = tokens.next();
  if (typeof value === "object") return value.text;
  if (typeof value === "boolean") return value;
  throw tokens.unexpected("a text, True, False or a tuple of integers");
}

/** The rest of a tuple. One item needs a comma after it: (3) is not a tuple. */
function tuple(tokens: Tokens): number[] {
  const items: number[] = [];
  let comma = true;
  while (!tokens.accept(")")) {
    if (!comma) throw tokens.unexpected("a comma");
    const item = tokens.next();
    if (typeof item !== "number") throw tokens.unexpected("an integer");
    items.push(item);
    comma = tokens.accept(",");
  }
  if (items.length === 1 && !comma) throw tokens.unexpected("a comma before )");
  return items;
}

/** A mark, a text, a flag, an integer, or the end. */
type Token = string | { readonly text: string } | boolean | number | undefined;

class Tokens {
  readonly #source: string;
  readonly refuse: (what: string) => FormatError;
  #at = 0;
  /** Where the token that was read last begins. */
  #start = 0;

  constructor(source: string, refuse: (what: string) => FormatError) {
    this.#source = source;
    this.refuse = refuse;
  }

  next(): Token {
    this.#start = this.#at;
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#source);
    if (match === null) {
      if (this.#source.slice(this.#at).trim() !== "")
        throw this.unexpected("a dictionary of texts, flags and tuples of integers");
      return undefined;
    }
    this.#at = TOKEN.lastIndex;
    const [, mark, single, double, flag, digits] = match;
    if (mark !== undefined) return mark;
    if (flag !== undefined) return flag === "True";
    if (digits !== undefined) return Number(digits);
    return { text: single ?? double };
  }

  /** Whether the source goes on with those characters, after white space. */
  peek(text: string): boolean {
    return this.#source.slice(this.#at).trimStart().startsWith(text);
  }

  /** Takes a mark, if it is next. */
  accept(mark: string): boolean {
    if (!this.peek(mark)) return false;
    this.next();
    return true;
  }

  expect(mark: string): void {
    if (this.next() !== mark) throw this.unexpected(JSON.stringify(mark));
  }

  end(): void {
    if (this.next() !== undefined) throw this.unexpected("the end");
  }

  unexpected(wanted: string): FormatError {
    const rest = this.#source.slice(this.#start).trim();
    return this.refuse(`expected ${wanted}, got ${rest === "" ? "the end" : brief(rest.slice(0, 40))}`);
  }
}
