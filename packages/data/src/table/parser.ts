/**
 * The parser of CSV (RFC 4180): text arrives in pieces of any size and leaves as records.
 *
 * A record ends with CRLF, LF or CR. Quotes enclose a field that contains delimiters, line breaks or quotes, and a quote
 * inside is doubled. A quote anywhere else is an error, because it could mean several things.
 */
import { DatasetError } from "../errors.ts";

/** The fields of a record, and the line on which it begins, counted from 1. An empty line is a record of one empty field. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;
/** The longest field, in characters, and the most fields. Without them, a file of another kind could fill the memory. */
const LONGEST = 2 ** 24;
const MOST = 2 ** 16;

/** Splits text into records. It holds the record that has begun, and nothing else. */
export class CsvParser {
  readonly #operation: string;
  readonly #delimiter: number;
  /** What has been read of the field, without its quotes. */
  #field = "";
  /** Whether the field has quotes: none, one that is still open, or two. */
  #quotes: "none" | "open" | "closed" = "none";
  #fields: string[] = [];
  #records: CsvRecord[] = [];
  /** The line of the next character, of the start of the record, and of the last quote that opened a field. */
  #line = 1;
  #start = 1;
  #opened = 1;
  /** Whether the last character was CR. A LF that follows belongs to the same line break. */
  #afterCr = false;
  #atBeginning = true;

  /**
   * @param operation the name that error messages begin with
   * @param delimiter the character between two fields
   */
  constructor(operation: string, delimiter: string = ",") {
    this.#operation = operation;
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Parses the next piece of text; returns the records that it completes. @throws DatasetError for a misplaced quote */
  push(text: string): CsvRecord[] {
    // The byte order mark is not part of the first field.
    let at = this.#atBeginning && text.startsWith("\uFEFF") ? 1 : 0;
    if (text !== "") this.#atBeginning = false;
    while (at < text.length)
      at = this.#quotes === "open" ? this.#insideQuotes(text, at) : this.#outsideQuotes(text, at);
    return this.#records.splice(0);
  }

  /** Returns the last record if no line break ended it. @throws DatasetError if a quoted field has no end */
  end(): CsvRecord[] {
    if (this.#quotes === "open")
      throw this.#refusal(this.#opened, "the quoted field that begins here has no end; add the closing quote");
    if (this.#fields.length > 0 || this.#field !== "" || this.#quotes === "closed") this.#endRecord();
    return this.#records.splice(0);
  }

  /** Takes what is before the next special character, and that character. Returns the position behind it. */
  #outsideQuotes(text: string, from: number): number {
    const delimiter = this.#delimiter;
    let at = from;
    let code = -1;
    for (; at < text.length; at++) {
      code = text.charCodeAt(at);
      if (code === delimiter || code === LF || code === CR || code === QUOTE) break;
    }
    if (at > from) {
      if (this.#quotes === "closed") throw this.#misplaced();
      this.#extend(text.slice(from, at));
      this.#afterCr = false;
    }
    if (at === text.length) return at;
    if (code === QUOTE) this.#openQuotes();
    else if (code === delimiter) this.#endField();
    else if (code === CR || !this.#afterCr) this.#endRecord();
    this.#afterCr = code === CR;
    return at + 1;
  }

  /** Takes what is before the next quote, and the quote. Returns the position behind it. */
  #insideQuotes(text: string, from: number): number {
    const quote = text.indexOf('"', from);
    const end = quote === -1 ? text.length : quote;
    for (let at = from; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === CR || (code === LF && !this.#afterCr)) this.#line++;
      this.#afterCr = code === CR;
    }
    this.#extend(text.slice(from, end));
    if (quote === -1) return end;
    this.#quotes = "closed";
    this.#afterCr = false;
    return quote + 1;
  }

  #openQuotes(): void {
    // Two quotes inside a field: the first seemed to close it.
    if (this.#quotes === "closed") this.#field += '"';
    else if (this.#field !== "") throw this.#misplaced();
    else this.#opened = this.#line;
    this.#quotes = "open";
  }

  #extend(part: string): void {
    this.#field += part;
    if (this.#field.length > LONGEST)
      throw this.#refusal(this.#start, `a field has more than ${LONGEST} characters; check that this is a CSV file`);
  }

  #endField(): void {
    if (this.#fields.length === MOST)
      throw this.#refusal(this.#start, `there are more than ${MOST} fields; check that this is a CSV file`);
    this.#fields.push(this.#field);
    this.#field = "";
    this.#quotes = "none";
  }

  #endRecord(): void {
    this.#endField();
    this.#records.push({ fields: this.#fields, line: this.#start });
    this.#fields = [];
    this.#start = ++this.#line;
  }

  #misplaced(): DatasetError {
    const what = `a quote inside field ${this.#fields.length + 1}`;
    return this.#refusal(this.#line, `${what}; enclose the whole field in quotes, and double those inside it`);
  }

  #refusal(line: number, what: string): DatasetError {
    return new DatasetError(`${this.#operation}: line ${line}: ${what}`);
  }
}
