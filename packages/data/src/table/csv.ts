/** Tables from CSV, piece by piece: the columns stay in memory, the text does not. */
import { ValueError } from "@polygrad/tensor";
import { type Checks, checkOptions, either, flag, text } from "@polygrad/tensor/internal";
import { DatasetError } from "../errors.ts";
import { type ColumnOptions, columnChecks, TableBuilder } from "./builder.ts";
import { quoted, texts } from "./column.ts";
import { CsvParser, type CsvRecord } from "./parser.ts";
import { piecesOf, type TextSource } from "./pieces.ts";
import { Table } from "./table.ts";

/** How to read CSV. */
export interface CsvOptions extends ColumnOptions {
  /**
   * Whether the first line names the columns, which is the default. For a file without such a line, give the names
   * instead; `false` names the columns "1", "2" and so on.
   */
  readonly header?: boolean | readonly string[];
  /** The character between two fields: "," by default. Others are ";" and "\t". */
  readonly delimiter?: string;
}

/** The checks of these options. */
export const csvChecks: Checks<CsvOptions> = {
  header: either("true, false or an array of names", flag, texts),
  delimiter: (operation, what, value) => {
    text(operation, what, value);
    if (String(value).length !== 1 || /["\r\n]/.test(String(value)))
      throw new ValueError(
        `${operation}: ${what} must be one character, not a quote or a line break, got ${JSON.stringify(value)}`,
      );
  },
  ...columnChecks,
};

/**
 * Reads a table from CSV (RFC 4180), in browsers too.
 *
 * The text may arrive in pieces, for example as the `body` of a response: then a table of any length is read without
 * holding its text. Fields may be quoted, lines may end with CRLF, LF or CR, and a byte order mark is skipped. A line
 * without any character is skipped too, unless the table has one column only.
 *
 * A column holds numbers or categories, as its first value does, unless the options `numbers` and `categories` say
 * otherwise. Numbers are decimal, with a point, such as 12, -0.5 or 1e-3.
 *
 * @param source text or bytes in UTF-8, whole, or in pieces from an iterable or a stream
 * @throws DatasetError, which names the line and the column, if a quote is misplaced, a record has the wrong number of
 * fields, or a value does not suit its column; ArgumentError or ValueError if an option is unknown or wrong. Missing
 * values are no error until they are in a dataset.
 */
export async function csv(source: TextSource, options: CsvOptions = {}): Promise<Table> {
  checkOptions("csv", options, csvChecks);
  return readTable("csv", source, options);
}

/** Reads a table for an operation of that name, which error messages begin with. The options have been checked. */
export async function readTable(operation: string, source: TextSource, options: CsvOptions): Promise<Table> {
  const parser = new CsvParser(operation, options.delimiter);
  const rows = new Rows(operation, options);
  for await (const text of piecesOf(operation, source)) for (const record of parser.push(text)) rows.add(record);
  for (const record of parser.end()) rows.add(record);
  return rows.finish();
}

/** The records of a file: the first may name the columns, the others are rows. */
class Rows {
  readonly #operation: string;
  readonly #builder: TableBuilder;
  readonly #isNamed: boolean;
  /** The number of columns; 0 before the first record, unless an option names them. */
  #width = 0;

  constructor(operation: string, options: CsvOptions) {
    this.#operation = operation;
    this.#builder = new TableBuilder(operation, options, (line) => `line ${line}`);
    const { header = true } = options;
    this.#isNamed = header === true;
    if (typeof header === "object") this.#begin(header);
  }

  add({ fields, line }: CsvRecord): void {
    const isEmpty = fields.length === 1 && fields[0] === "";
    if (isEmpty && this.#width !== 1) return;
    if (this.#width === 0) {
      this.#begin(this.#isNamed ? fields : fields.map((_, k) => String(k + 1)));
      if (this.#isNamed) return;
    }
    if (fields.length !== this.#width)
      throw new DatasetError(
        `${this.#operation}: line ${line}: expected a field for each of the columns ` +
          `${this.#builder.names.map(quoted).join(", ")}, got ${fields.length}; correct the line or the option delimiter`,
      );
    this.#builder.addRow(fields, line);
  }

  #begin(names: readonly string[]): void {
    if (names.length === 0)
      throw new DatasetError(`${this.#operation}: the option header is empty; give a name for each column`);
    this.#width = names.length;
    for (const name of names) this.#builder.addColumn(name);
    // Now, and not at the end of what may be a long file.
    this.#builder.checkNames();
  }

  finish(): Table {
    if (this.#width === 0)
      throw new DatasetError(`${this.#operation}: the text is empty; give a table whose first line names the columns`);
    const { columns, places } = this.#builder.finish();
    return new Table(columns, places);
  }
}
