/** The entries of tables and standardisation in @polygrad/data. */
import * as polygrad from "polygrad";
import { Standardiser, Table, tensor, zeros } from "polygrad";
import type { Entry } from "./calls.ts";
import { constructing, entry, method } from "./entries.ts";
import * as kinds from "./kinds.ts";
import { changed, kind, like, optional, options } from "./kinds.ts";

const columns = () => [
  { name: "a", numbers: Float64Array.of(1, 2) },
  { name: "b", codes: Int32Array.of(0, 1), categories: ["x", "y"] },
];
const table = () => new Table(columns());
const standardiser = () =>
  polygrad.standardise(
    tensor([
      [1, 2],
      [3, 5],
    ]),
  );
const state = () => standardiser().stateDict();

/** Names of columns, of which there are "a" and "b". */
const names = kind(() => [], ["[]"], ['["a"]']);
const texts = changed(names, ['["a"]'], "accepted");
const ofColumns = {
  categories: like(names, () => ["b"]),
  numbers: like(names, () => ["a"]),
  ignore: names,
  missing: texts,
  like: kind(() => new Table([{ name: "c", numbers: new Float64Array(1) }]), []),
};
const ofFeatures = { encoding: kind(() => "oneHot", []), missing: kind(() => "refuse", []) };
const required = (one: kinds.Kind) => changed(one, ["undefined", "{}", "an object without a prototype"], "refused");
const part = optional(kind(() => "inputs", []));
const scaled = like(kinds.fittingTensor, () => zeros([4, 2]));

export const tableEntries: Readonly<Record<string, Entry>> = {
  csv: entry(
    polygrad.csv,
    // The options name columns that other texts do not have.
    kind(() => "a,b\n1,x\n", [], ['"text"', '"1"', '["a"]', "Uint8Array [0]", "a string object"]),
    options({
      header: kind(() => true, ["true"], ["false", "[]", '["a"]']),
      delimiter: kind(() => ",", [], ['"1"']),
      ...ofColumns,
    }),
  ),
  Table: constructing(
    Table,
    kind(columns, []),
    optional(kind(() => Int32Array.of(2, 3), [], ["Int32Array [0]", "Int32Array [7]"])),
  ),
  "Table.from": entry(
    (records, given) => Table.from(records, given),
    kind(() => [{ a: 1, b: "x" }], []),
    options(ofColumns),
  ),
  "Table.column": method(
    table,
    "column",
    kind(() => "a", []),
  ),
  "Table.classification": method(
    table,
    "classification",
    required(
      options({
        target: kind(() => "b", []),
        inputs: like(changed(texts, ["[]"], "refused"), () => ["a"]),
        ...ofFeatures,
      }),
    ),
  ),
  "Table.regression": method(
    table,
    "regression",
    required(
      options({
        target: kind(() => "a", ['["a"]']),
        inputs: like(
          kind(() => [], []),
          () => ["b"],
        ),
        ...ofFeatures,
      }),
    ),
  ),
  standardise: entry(
    polygrad.standardise,
    kind(() => zeros([3, 2]), ["tensor [3]", "tensor [2, 3]", "tensor [1, 1, 1, 1, 1]", "float64 tensor"]),
    part,
  ),
  Standardiser: constructing(Standardiser, kind(state, []), part),
  "Standardiser.transform": method(standardiser, "transform", scaled),
  "Standardiser.inverse": method(standardiser, "inverse", scaled),
  "Standardiser.stateDict": method(standardiser, "stateDict"),
};
