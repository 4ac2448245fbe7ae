/** The parser of CSV against csv-parse, on texts of every kind, cut anywhere. */
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CsvParser, type CsvRecord } from "../../src/table/parser.ts";
import { refusal } from "../refusal.ts";

function records(pieces: readonly string[], delimiter = ","): CsvRecord[] {
  const parser = new CsvParser("csv", delimiter);
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
}

/** What csv-parse reads; undefined if it refuses the text. */
function theirs(text: string, delimiter: string): string[][] | undefined {
  try {
    return parse(text, {
      bom: true,
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      skip_empty_lines: false,
    });
  } catch {
    return undefined;
  }
}

function ours(pieces: readonly string[], delimiter: string): (readonly string[])[] | undefined {
  try {
    return records(pieces, delimiter).map(({ fields }) => fields);
  } catch {
    return undefined;
  }
}

/** A text as pieces: cut at random places, some of them empty. */
const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 12 });
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return ends.map((end, k) => text.slice(ends[k - 1] ?? 0, end));
}

const delimiter = fc.constantFrom(",", ";", "\t");
/** Characters of which every combination matters, and some that take two UTF-16 units. */
const character = fc.constantFrom('"', '"', ",", ";", "\t", "\n", "\r", " ", "a", "é", "1", "😀", "\uFEFF");
const anyText = fc.array(character, { maxLength: 24 }).map((characters) => characters.join(""));

test("reads what csv-parse reads, and refuses what it refuses", () => {
  let [read, refused] = [0, 0];
  fc.assert(
    fc.property(anyText, delimiter, cuts, (text, separator, places) => {
      const expected = theirs(text, separator);
      if (expected === undefined) refused++;
      else read++;
      expect(ours(cut(text, places), separator)).toEqual(expected);
    }),
    { numRuns: 5000 },
  );
  expect(Math.min(read, refused)).toBeGreaterThan(1000);
});

describe("written records", () => {
  const lineBreak = fc.constantFrom("\r\n", "\n", "\r");
  const field = fc.tuple(anyText, fc.boolean());
  const row = fc.array(field, { minLength: 1, maxLength: 5 });

  test("are read back, with the lines on which they begin", () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 6 }),
        delimiter,
        lineBreak,
        fc.boolean(),
        cuts,
        (rows, separator, end, last, places) => {
          let text = "";
          const expected = rows.map((fields) => {
            const line = 1 + (text.match(/\r\n|\r|\n/g)?.length ?? 0);
            const needed = (value: string) => /["\r\n\uFEFF]/.test(value) || value.includes(separator);
            text += fields
              .map(([value, quoted]) => (quoted || needed(value) ? `"${value.replaceAll('"', '""')}"` : value))
              .join(separator);
            text += end;
            return { fields: fields.map(([value]) => value), line };
          });
          // Without its last line break, an empty last line would not be there.
          const endsEmpty = /(?:^|[\r\n])$/.test(text.slice(0, -end.length));
          if (!last && !endsEmpty) text = text.slice(0, -end.length);
          expect(records(cut(text, places), separator)).toEqual(expected);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test("what cannot be read is refused, with its line", () => {
  const texts = ['a,b"c', '"a" ,b', '\n\n"a"\r\n"b', '"a\r\nb"c', "a".repeat(2 ** 24 + 1), ",".repeat(2 ** 16)];
  expect(texts.map((text) => refusal(() => records([text])))).toMatchInlineSnapshot(`
    [
      "DatasetError: csv: line 1: a quote inside field 2; enclose the whole field in quotes, and double those inside it",
      "DatasetError: csv: line 1: a quote inside field 1; enclose the whole field in quotes, and double those inside it",
      "DatasetError: csv: line 4: the quoted field that begins here has no end; add the closing quote",
      "DatasetError: csv: line 2: a quote inside field 1; enclose the whole field in quotes, and double those inside it",
      "DatasetError: csv: line 1: a field has more than 16777216 characters; check that this is a CSV file",
      "DatasetError: csv: line 1: there are more than 65536 fields; check that this is a CSV file",
    ]
  `);
});

test("holds the record that has begun, and nothing else", () => {
  const parser = new CsvParser("csv");
  expect(parser.push("a,b\n1,").map(({ fields }) => fields)).toEqual([["a", "b"]]);
  expect(parser.push("2\n")).toEqual([{ fields: ["1", "2"], line: 2 }]);
  expect(parser.push("")).toEqual([]);
  expect(parser.end()).toEqual([]);
});
