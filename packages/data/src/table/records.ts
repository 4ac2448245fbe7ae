/** Columns of records: objects with a key for each column, such as JSON holds them. */
import { ArgumentError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import { DatasetError } from "../errors.ts";
import { type ColumnOptions, TableBuilder } from "./builder.ts";
import { type Column, shownName } from "./column.ts";
import type { Value } from "./growing.ts";

/**
 * The columns of some records, in the order in which their keys appear first.
 *
 * @throws DatasetError if there are no records, or a value does not suit: names the record and the column; ArgumentError
 * if the records are not iterable
 */
export function columnsOfRecords(operation: string, records: Iterable<object>, options: ColumnOptions): Column[] {
  if (typeof records !== "object" || records === null || !(Symbol.iterator in records))
    throw new ArgumentError(`${operation}: records must be an array of objects, got ${described(records)}`);
  const placeOf = (at: number) => `record ${at} (counted from 0)`;
  const builder = new TableBuilder(operation, options, placeOf);
  const names = new Set<string>();
  let at = 0;
  for (const record of records) {
    const values = new Map(entriesOf(record, () => `${operation}: ${placeOf(at)}`));
    for (const name of values.keys()) {
      if (!names.has(name)) builder.addColumn(name);
      names.add(name);
    }
    builder.addRow(
      [...names].map((name) => values.get(name)),
      at++,
    );
  }
  if (names.size === 0)
    throw new DatasetError(`${operation}: there are no records with keys; give at least one, such as { price: 3 }`);
  return builder.finish().columns;
}

function entriesOf(record: object, where: () => string): [name: string, value: Value | undefined][] {
  if (typeof record !== "object" || record === null || Array.isArray(record) || ArrayBuffer.isView(record))
    throw new DatasetError(`${where()}: a record must be an object such as { price: 3 }, got ${described(record)}`);
  return Object.entries(record).map(([name, value]: [string, unknown]) => {
    if (value === null || value === undefined || Number.isNaN(value)) return [name, undefined];
    if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value))) return [name, value];
    if (typeof value === "boolean") return [name, String(value)];
    throw new DatasetError(
      `${where()}, column ${shownName(name)}: a value must be a finite number, text, true, false or null, got ${described(value)}`,
    );
  });
}
