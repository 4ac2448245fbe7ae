/** Tables from CSV: what columns hold, where text comes from, and what is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CsvOptions, csv, type TextSource } from "../../src/index.ts";
import { rejection } from "../refusal.ts";

const CARS = `\uFEFFname,mpg,cylinders,origin
"ford, ""pinto""",25,4,USA
datsun pl510,27.0,4,Japan
"bmw
2002",NA,4,Europe
amc gremlin,2.1e1,6,USA
`;

/** The columns as plain objects. */
async function columns(source: TextSource, options?: CsvOptions): Promise<object[]> {
  return (await csv(source, options)).columns.map((column) =>
    "numbers" in column
      ? { name: column.name, numbers: [...column.numbers] }
      : { name: column.name, values: Array.from(column.codes, (code) => column.categories[code] ?? null) },
  );
}

describe("columns", () => {
  test("hold numbers or categories, as their first value does", async () => {
    expect(await columns(CARS)).toEqual([
      { name: "name", values: ['ford, "pinto"', "datsun pl510", "bmw\n2002", "amc gremlin"] },
      { name: "mpg", numbers: [25, 27, Number.NaN, 21] },
      { name: "cylinders", numbers: [4, 4, 4, 6] },
      { name: "origin", values: ["USA", "Japan", "Europe", "USA"] },
    ]);
  });

  test("hold what the options say, or are left out", async () => {
    const options = { categories: ["cylinders"], numbers: ["mpg"], ignore: ["name", "origin"] };
    expect(await columns(CARS, options)).toEqual([
      { name: "mpg", numbers: [25, 27, Number.NaN, 21] },
      { name: "cylinders", values: ["4", "4", "4", "6"] },
    ]);
  });

  test("have missing values before the first one that decides, or nothing else", async () => {
    expect(await columns("a,b,c\n,,\nNA,x,\n3,NaN,\n")).toEqual([
      { name: "a", numbers: [Number.NaN, Number.NaN, 3] },
      { name: "b", values: [null, "x", null] },
      { name: "c", numbers: [Number.NaN, Number.NaN, Number.NaN] },
    ]);
  });

  test("take other texts for missing values", async () => {
    expect(await columns("a,b\n?,NA\n1,x\n", { missing: ["?"] })).toEqual([
      { name: "a", numbers: [Number.NaN, 1] },
      { name: "b", values: ["NA", "x"] },
    ]);
  });

  test("number their categories in an order that does not depend on the rows", async () => {
    const text = ["b", "10", "a", "9", "B"];
    const of = async (values: readonly string[]) => {
      const [column] = (await csv(values.join("\n"), { header: ["x"], categories: ["x"] })).columns;
      return "codes" in column ? column.categories : [];
    };
    expect(await of(text)).toEqual(["10", "9", "B", "a", "b"]);
    expect(await of(text.toReversed())).toEqual(await of(text));
    expect(await of(["10", "9", "-1", "9.5"])).toEqual(["-1", "9", "9.5", "10"]);
  });

  test("are read like those of another table, with its categories", async () => {
    const like = await csv("size,origin\n3,USA\n4,Japan\n");
    const [size, origin] = (await csv("origin,size\nUSA,1\nUSA,x\n", { like, missing: ["x"] })).columns.toReversed();
    expect(origin).toEqual({ name: "origin", codes: Int32Array.of(1, 1), categories: ["Japan", "USA"] });
    expect(size).toEqual({ name: "size", numbers: Float64Array.of(1, Number.NaN) });
  });

  test("hold every number exactly, in each form that JavaScript writes", async () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const forms = [String, (x: number) => x.toExponential(), (x: number) => ` ${x} `, (x: number) => `"${x}"`];
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 1 }), fc.constantFrom(...forms), async (numbers, form) => {
        const [column] = (await csv(numbers.map(form).join("\n"), { header: ["x"] })).columns;
        expect("numbers" in column && [...column.numbers]).toEqual(numbers);
      }),
    );
  });

  test("do not take for numbers what JavaScript would", async () => {
    const values = [
      "0x10",
      "Infinity",
      "1_000",
      "1,5",
      ".",
      "1e",
      "--1",
      "1 2",
      "1e999",
      "true",
      `${"1".repeat(500_000)}x`,
    ];
    for (const value of values)
      expect(await columns(`"${value}"`, { header: ["x"] })).toEqual([{ name: "x", values: [value] }]);
  });
});

describe("the header", () => {
  test("may be given in place of a first line, or be absent", async () => {
    expect(await columns("1;x\n2;y", { header: ["a", "b"], delimiter: ";" })).toEqual([
      { name: "a", numbers: [1, 2] },
      { name: "b", values: ["x", "y"] },
    ]);
    expect(await columns("1\t2", { header: false, delimiter: "\t" })).toEqual([
      { name: "1", numbers: [1] },
      { name: "2", numbers: [2] },
    ]);
  });

  test("may have nothing behind it, and empty lines around it", async () => {
    expect(await columns("\n\na,b\n\n")).toEqual([
      { name: "a", numbers: [] },
      { name: "b", numbers: [] },
    ]);
  });

  test("that is given names the columns of an empty text", async () => {
    expect(await columns("", { header: ["a"] })).toEqual([{ name: "a", numbers: [] }]);
    expect(await columns("\n1", { header: ["a"] })).toEqual([{ name: "a", numbers: [Number.NaN, 1] }]);
  });

  test("of one column makes an empty line a missing value", async () => {
    expect(await columns("a\n1\n\n2\n")).toEqual([{ name: "a", numbers: [1, Number.NaN, 2] }]);
  });
});

describe("sources", () => {
  const bytes = new TextEncoder().encode(CARS.replace("gremlin", "grémlin 😀"));
  const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));

  async function* later<T>(list: Iterable<T>): AsyncGenerator<T> {
    yield* list;
  }

  test("may be bytes, iterables and streams, cut anywhere", async () => {
    const expected = await columns(CARS.replace("gremlin", "grémlin 😀"));
    expect(await columns(bytes)).toEqual(expected);
    expect(await columns(pieces)).toEqual(expected);
    expect(await columns(later(pieces))).toEqual(expected);
    expect(await columns(new Blob([bytes]).stream())).toEqual(expected);
    expect(await columns(later(new TextDecoder().decode(bytes)))).toEqual(expected);
  });

  test("are drawn one piece at a time, and ended after an error", async () => {
    let [drawn, ended] = [0, false];
    async function* endless(): AsyncGenerator<string> {
      try {
        yield "a,b\n";
        for (; ; drawn++) yield drawn === 1000 ? "1\n" : "1,2\n";
      } finally {
        ended = true;
      }
    }
    expect(await rejection(() => csv(endless()))).toContain("line 1002: expected a field for each");
    expect({ drawn, ended }).toEqual({ drawn: 1000, ended: true });

    let cancelled = false;
    const stream = new ReadableStream<string>({
      pull: (controller) => controller.enqueue('x"'),
      cancel: () => {
        cancelled = true;
      },
    });
    expect(await rejection(() => csv(stream))).toContain("line 1: a quote inside field 1");
    expect(cancelled).toBe(true);
  });

  test("pass on their own errors", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield "a\n";
      throw new Error("the cable is cut");
    }
    expect(await rejection(() => csv(broken()))).toBe("Error: the cable is cut");
  });
});

test("what cannot be read is refused, with its line and column", async () => {
  const like = await csv("a,b\n1,x\n");
  const cases: readonly [TextSource, CsvOptions?][] = [
    [""],
    ["a,b\n1,2\n3\n"],
    ["a;b\n1;2,5\n"],
    ["a,b\n1,2\n3,?\n"],
    ["a,b\n\nx,2\n3,3\n"],
    ["a,b\n1,y\n", { like }],
    ["b,a\nx,z\n", { like }],
    ["a,a\n"],
    ["a,b\n1,2\n", { ignore: ["c"] }],
    ["a,b\n1,2\n", { ignore: ["a"], numbers: ["a"] }],
    ["a,b\n1,2\n", { ignore: ["a", "b"] }],
    [Uint8Array.of(0x61, 0x0a, 0xff)],
    [Uint8Array.of(0x61, 0x0a, 0xc3)],
    ["a", { header: [] }],
    ["a", { delimiter: "::" }],
    ["a", { delimiter: '"' }],
  ];
  const messages = await Promise.all(cases.map(([text, options]) => rejection(() => csv(text, options))));
  expect(messages).toMatchInlineSnapshot(`
    [
      "DatasetError: csv: the text is empty; give a table whose first line names the columns",
      "DatasetError: csv: line 3: expected a field for each of the columns "a", "b", got 1; correct the line or the option delimiter",
      "DatasetError: csv: line 2: expected a field for each of the columns "a;b", got 2; correct the line or the option delimiter",
      "DatasetError: csv: line 3, column b: "?" is not a number; correct it, list it in missing, or list the column in categories",
      "DatasetError: csv: line 4, column a: "3" is a number, but values before it are text; list the column in categories or numbers, or the texts in missing",
      "DatasetError: csv: line 2, column b: "y" is not a category of the table in the option like, which has "x"; correct it, or list it in the option missing",
      "DatasetError: csv: line 2, column a: "z" is not a number; correct it, list it in missing, or list the column in categories",
      "DatasetError: csv: two columns are called "a"; rename one",
      "DatasetError: csv: there is no column "c"; the columns are a, b",
      "DatasetError: csv: column a is in two of the options categories, numbers and ignore; choose one",
      "DatasetError: csv: no column is left; give at least one that is not in ignore",
      "DatasetError: csv: the bytes are not UTF-8; save the table in that encoding",
      "DatasetError: csv: the bytes are not UTF-8; save the table in that encoding",
      "DatasetError: csv: the option header is empty; give a name for each column",
      "ValueError: csv: delimiter must be one character, not a quote or a line break, got "::"",
      "ValueError: csv: delimiter must be one character, not a quote or a line break, got "\\""",
    ]
  `);
});

describe("more than 100 MB", () => {
  // Seconds, and longer where other work competes for the cores.
  test("are read without holding the text", async () => {
    const ROWS = 400;
    const PIECES = 1500;
    const encoder = new TextEncoder();
    const lines = Array.from({ length: ROWS }, (_, k) => `${k},${k / 8},"item, number ${k % 7}",${"x".repeat(150)}\n`);
    let [bytes, most] = [0, 0];
    // The columns are in array buffers; long texts may be outside the heap too.
    const used = () => {
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      return heapUsed + external - arrayBuffers;
    };
    const start = used();
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield encoder.encode("index,eighth,item,ballast\n");
      for (let k = 0; k < PIECES; k++) {
        // Each piece has a category of its own, which must not keep the whole piece in memory.
        lines[0] = `0,0,"the only item of piece ${k}",\n`;
        const piece = encoder.encode(lines.join(""));
        bytes += piece.length;
        most = Math.max(most, used() - start);
        yield piece;
      }
    }
    const table = await csv(pieces(), { ignore: ["ballast"] });
    expect(bytes).toBeGreaterThan(1e8);
    expect(table.length).toBe(ROWS * PIECES);
    const [index, eighth, item] = table.columns;
    if (!("numbers" in index && "numbers" in eighth && "codes" in item)) throw new Error("other columns");
    expect(item.categories.length).toBe(7 + PIECES);
    for (let row = 0; row < table.length; row++) {
      const k = row % ROWS;
      const category = k === 0 ? `the only item of piece ${row / ROWS}` : `item, number ${k % 7}`;
      if (index.numbers[row] !== k || eighth.numbers[row] !== k / 8 || item.categories[item.codes[row]] !== category)
        throw new Error(`row ${row} is wrong`);
    }
    // All of the text would take 100 MB.
    expect(most).toBeLessThan(48 * 2 ** 20);
  }, 240_000);
});
