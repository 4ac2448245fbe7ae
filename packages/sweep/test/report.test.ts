import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { type Row, reportOf } from "../src/report.ts";

const summary = { epochs: 2, trainLoss: 0.5, parameters: 7, weightsSha256: "ab", seconds: 1.5, testLoss: Number.NaN };
const row: Row = {
  ...{ key: "0123456789abcdef0123", options: {}, worker: "local 1", attempts: 1, reused: false },
  ...{ summary, error: undefined, suspect: false },
};
const awkward = 'a "quoted", long\r\nname';

test("a reader of CSV gets back what was written", () => {
  const failure = { name: "ValueError", message: "bad, very bad", stack: undefined, temporary: false };
  const text = reportOf([
    { ...row, options: { name: awkward, layers: [1, 2] } },
    { ...row, options: { extra: null }, summary: undefined, error: failure, worker: undefined },
    { ...row, suspect: true },
  ]);
  const rows: unknown = parse(text, { columns: true });
  const figures = {
    epochs: "2",
    trainLoss: "0.5",
    parameters: "7",
    weightsSha256: "ab",
    seconds: "1.5",
    testLoss: "NaN",
  };
  const none = Object.fromEntries(Object.keys(figures).map((name) => [name, ""]));
  expect(rows).toEqual([
    {
      ...{ run: "0123456789abcdef", status: "done", name: awkward, layers: "[1,2]", extra: "", ...figures },
      ...{ attempts: "1", worker: "local 1", reused: "false", error: "" },
    },
    {
      ...{ run: "0123456789abcdef", status: "failed", name: "", layers: "", extra: "null", ...none },
      ...{ attempts: "1", worker: "", reused: "false", error: "ValueError: bad, very bad" },
    },
    {
      ...{ run: "0123456789abcdef", status: "suspect", name: "", layers: "", extra: "", ...figures },
      ...{ attempts: "1", worker: "local 1", reused: "false", error: "" },
    },
  ]);
});
