/** Tables of records and of columns, and the datasets made of them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { type Column, csv, DataLoader, Table, TensorDataset } from "../../src/index.ts";
import { refusal } from "../refusal.ts";

const RECORDS = [
  { mpg: 18, horsepower: 130, origin: "USA", automatic: true },
  { mpg: 27.5, horsepower: null, origin: "Japan", automatic: false },
  { mpg: 26, origin: "Europe", automatic: false },
  { mpg: Number.NaN, horsepower: 70, origin: "Japan", automatic: true },
  { mpg: 15, horsepower: 100, origin: "USA", automatic: null },
];
const cars = Table.from(RECORDS);

describe("records", () => {
  test("give columns by key; what is null, NaN or absent is missing", () => {
    expect(cars.length).toBe(5);
    expect(cars.columns).toEqual([
      { name: "mpg", numbers: Float64Array.of(18, 27.5, 26, Number.NaN, 15) },
      { name: "horsepower", numbers: Float64Array.of(130, Number.NaN, Number.NaN, 70, 100) },
      { name: "origin", codes: Int32Array.of(2, 1, 0, 1, 2), categories: ["Europe", "Japan", "USA"] },
      { name: "automatic", codes: Int32Array.of(1, 0, 0, 1, -1), categories: ["false", "true"] },
    ]);
  });

  test("give the table that CSV of the same values gives", async () => {
    const names = Object.keys(RECORDS[0]);
    const lines = RECORDS.map((record) => names.map((name) => Reflect.get(record, name) ?? "").join(","));
    const table = await csv([names.join(","), ...lines].join("\n"));
    expect(table.columns).toEqual(cars.columns);
  });

  test("may have keys that come late, and any names", () => {
    const records = JSON.parse('[{"__proto__": 1}, {"constructor": "x", "__proto__": 2}]');
    expect(Table.from(records).columns).toEqual([
      { name: "__proto__", numbers: Float64Array.of(1, 2) },
      { name: "constructor", codes: Int32Array.of(-1, 0), categories: ["x"] },
    ]);
  });

  test("may have numbers that stand for missing values", () => {
    const { columns } = Table.from([{ a: -999 }, { a: 1 }], { missing: ["-999"] });
    expect(columns).toEqual([{ name: "a", numbers: Float64Array.of(Number.NaN, 1) }]);
  });

  test("are refused by number and column", () => {
    const wrong = [[], [{}], [{ a: 1 }, [1]], [{ a: 1 }, { a: 1n }], [{ a: 1 }, { a: new Date(0) }]];
    const infinite = [{ a: 1 }, { a: Number.POSITIVE_INFINITY }];
    expect([...wrong, infinite].map((records) => refusal(() => Table.from(records)))).toMatchInlineSnapshot(`
      [
        "DatasetError: Table.from: there are no records with keys; give at least one, such as { price: 3 }",
        "DatasetError: Table.from: there are no records with keys; give at least one, such as { price: 3 }",
        "DatasetError: Table.from: record 1 (counted from 0): a record must be an object such as { price: 3 }, got an array of 1",
        "DatasetError: Table.from: record 1 (counted from 0), column a: a value must be a finite number, text, true, false or null, got the BigInt 1n",
        "DatasetError: Table.from: record 1 (counted from 0), column a: a value must be a finite number, text, true, false or null, got a Date",
        "DatasetError: Table.from: record 1 (counted from 0), column a: a value must be a finite number, text, true, false or null, got Infinity",
      ]
    `);
  });
});

describe("classification", () => {
  test("one-hot: a feature for each category", () => {
    const { dataset, features, classes } = cars.classification({ target: "automatic", missing: "drop" });
    expect(features).toEqual(["mpg", "horsepower", "origin=Europe", "origin=Japan", "origin=USA"]);
    expect(classes).toEqual(["false", "true"]);
    expect(dataset.inputs.toArray()).toEqual([[18, 130, 0, 0, 1]]);
    expect([dataset.labels, dataset.classes]).toEqual([Int32Array.of(1), 2]);
  });

  test("integers: the position of the category; inputs in the order given", () => {
    const options = { target: "origin", inputs: ["automatic", "mpg"], encoding: "integer", missing: "drop" } as const;
    const { dataset, features } = cars.classification(options);
    expect(features).toEqual(["automatic", "mpg"]);
    expect(dataset.inputs.toArray()).toEqual([
      [1, 18],
      [0, 27.5],
      [0, 26],
    ]);
    expect(dataset.labels).toEqual(Int32Array.of(2, 1, 0));
  });

  test("integers can be classes", async () => {
    const table = await csv("digit,x\n7,0\n-1,1\n7,2\n");
    const { dataset, classes } = table.classification({ target: "digit" });
    expect(classes).toEqual(["-1", "7"]);
    expect(dataset.labels).toEqual(Int32Array.of(1, 0, 1));
  });
});

describe("regression", () => {
  test("has one target or several, and the loader's batches have them too", () => {
    const options = { target: ["mpg", "horsepower"], missing: "drop" } as const;
    const { dataset, features, targets } = cars.regression({ ...options, inputs: ["origin"] });
    expect(dataset).toBeInstanceOf(TensorDataset);
    expect(features).toEqual(["origin=Europe", "origin=Japan", "origin=USA"]);
    expect(targets).toEqual(["mpg", "horsepower"]);
    const [batch] = new DataLoader(dataset, { batchSize: 2 });
    expect(batch.inputs.toArray()).toEqual([
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(batch.targets.toArray()).toEqual([
      [18, 130],
      [15, 100],
    ]);
  });

  test("mean: the mean of a column replaces its missing numbers, but no target", () => {
    const table = Table.from(RECORDS.filter(({ mpg }) => mpg > 0));
    const { dataset } = table.regression({ target: "mpg", inputs: ["horsepower"], missing: "mean" });
    expect(dataset.inputs.toArray()).toEqual([[130], [115], [115], [100]]);
    expect(dataset.targets.toArray()).toEqual([[18], [27.5], [26], [15]]);
    expect(refusal(() => cars.regression({ target: "mpg", inputs: ["horsepower"], missing: "mean" }))).toContain(
      "row 3 (counted from 0), column mpg: missing value; the mean replaces numbers among the inputs only",
    );
  });
});

test("more than 2^30 numbers are refused before they are allocated", () => {
  const codes = Int32Array.from({ length: 40_000 }, (_, row) => row);
  const categories = Array.from(codes, (code) => `n${code}`);
  const table = new Table([
    { name: "name", codes, categories },
    { name: "y", numbers: Float64Array.from(codes) },
  ]);
  expect(refusal(() => table.regression({ target: "y" }))).toMatchInlineSnapshot(
    `"DatasetError: Table.regression: 40000 rows of 40000 features are more than 2^30 numbers; leave out column name, or use encoding: "integer""`,
  );
  expect(table.regression({ target: "y", encoding: "integer" }).features).toEqual(["name"]);
});

describe("real tables", () => {
  const require = createRequire(new URL("../../../../examples/package.json", import.meta.url));
  const records = (name: string) =>
    JSON.parse(readFileSync(require.resolve(`vega-datasets/data/${name}.json`), "utf8"));

  test("the cars: 392 of 406 are complete, with the figures that the literature gives", () => {
    const cars = Table.from(records("cars"), { ignore: ["Name"] });
    const options = { target: "Miles_per_Gallon", inputs: ["Horsepower", "Origin"] } as const;
    expect(refusal(() => cars.regression(options))).toContain(
      "row 10 (counted from 0), column Miles_per_Gallon: missing",
    );
    const { dataset, features } = cars.regression({ ...options, missing: "drop" });
    expect([cars.length, dataset.length]).toEqual([406, 392]);
    expect(features).toEqual(["Horsepower", "Origin=Europe", "Origin=Japan", "Origin=USA"]);
    const sums = dataset.inputs.sum(0).toArray();
    expect(sums).toEqual([40_952, 68, 79, 245]);
    expect(dataset.targets.mean().item()).toBeCloseTo(23.4459, 4);
  });

  test("the penguins: 333 of 344 are complete, of three species", () => {
    const penguins = Table.from(records("penguins"), { missing: ["."] });
    const { dataset, classes } = penguins.classification({ target: "Species", missing: "drop" });
    expect(classes).toEqual(["Adelie", "Chinstrap", "Gentoo"]);
    expect(classes.map((_, k) => dataset.labels.filter((label) => label === k).length)).toEqual([146, 68, 119]);
  });
});

test("what makes no dataset is refused", async () => {
  const table = await csv('"a\nb",n,empty,large\nx,1,,1e39\n"y\r\nz",,,1\n\nx,1.5,,1\n');
  const calls: (() => unknown)[] = [
    () => table.regression({ target: "n", inputs: ["a\nb"] }),
    () => table.classification({ target: "n" }),
    () => table.classification({ target: "n", inputs: ["a\nb"], missing: "drop" }),
    () => table.classification({ target: "a\nb", inputs: ["n", "empty"], missing: "drop" }),
    () => table.classification({ target: "a\nb", inputs: ["n", "empty"], missing: "mean" }),
    () => table.classification({ target: "a\nb", inputs: ["large"] }),
    () => table.classification({ target: "m" }),
    () => table.regression({ target: "a\nb" }),
    () => table.regression({ target: [] }),
    () => table.regression({ target: "n", inputs: ["n"] }),
    () => table.regression({ target: "n", inputs: [] }),
    () => table.column("m"),
  ];
  expect(calls.map(refusal)).toMatchInlineSnapshot(`
    [
      "DatasetError: Table.regression: line 4, column n: missing value; use missing: "drop" to leave out such rows, or "mean" to put the mean of the column in their place",
      "DatasetError: Table.classification: line 3, column empty: missing value; use missing: "drop" to leave out such rows, or "mean" to put the mean of the column in their place",
      "DatasetError: Table.classification: line 7, column n: the class 1.5 is not an integer; use regression, or list the column in the option categories when you read the table",
      "DatasetError: Table.classification: every row has a missing value; a dataset needs at least one sample",
      "DatasetError: Table.classification: line 3, column empty: missing value; the mean replaces numbers among the inputs only; use missing: "drop", or leave out the column",
      "DatasetError: Table.classification: line 3, column large: the number is too large for float32; scale the column",
      "DatasetError: Table.classification: there is no column "m"; the columns are "a\\nb", n, empty, large",
      "DatasetError: Table.regression: the target "a\\nb" holds categories; use classification, or a column of numbers",
      "DatasetError: Table.regression: target is empty; name at least one column",
      "DatasetError: Table.regression: column n is a target and an input too; take it out of inputs",
      "DatasetError: Table.regression: there are no inputs; a dataset needs at least one column besides the target",
      "DatasetError: Table.column: there is no column "m"; the columns are "a\\nb", n, empty, large",
    ]
  `);
});

test("columns must be columns", () => {
  const [a, b] = [Float64Array.of(1, 2), Int32Array.of(0, 1)];
  const lists: readonly Column[][] = [
    [],
    [
      { name: "a", numbers: a },
      { name: "a", codes: b, categories: ["x", "y"] },
    ],
    [
      { name: "a", numbers: a },
      { name: "b", numbers: a.subarray(1) },
    ],
    [{ name: "b", codes: b, categories: ["x"] }],
  ];
  expect(lists.map((columns) => refusal(() => new Table(columns)))).toMatchInlineSnapshot(`
    [
      "ArgumentError: Table: columns must be an array of at least one column, got an empty array",
      "DatasetError: Table: two columns are called "a"; rename one",
      "DatasetError: Table: columns have different lengths: a 2, b 1; give each column a value for every row",
      "DatasetError: Table: column b: the code 1 has no category; codes are positions in categories, here from 0 to 0, or -1 for a missing value",
    ]
  `);
  const table = new Table([{ name: "a", numbers: a }], Int32Array.of(5, 9));
  expect(table.column("a")).toEqual({ name: "a", numbers: a });
  expect(refusal(() => Reflect.construct(Table, [[{ name: "a", numbers: [1] }]]))).toMatchInlineSnapshot(
    `"ArgumentError: Table: columns[0] must be { name, numbers: Float64Array } or { name, codes: Int32Array, categories: string[] }, got an object"`,
  );
});
