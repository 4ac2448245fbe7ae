/** Tables from CSV files, which are read piece by piece. */
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ArgumentError } from "@polygrad/tensor";
import { checkOptions, described } from "@polygrad/tensor/internal";
import { type CsvOptions, csvChecks, readTable } from "../table/csv.ts";
import type { Table } from "../table/table.ts";
import { refusal, sizeOfAnyRegularFile } from "./read.ts";

/**
 * Reads a table from a CSV file of any size: see `csv`. Only its columns are held in memory.
 *
 * @param path a path, or a URL such as `new URL("./cars.csv", import.meta.url)`
 * @throws what `csv` throws; DatasetError if the file cannot be read or is not a regular file
 */
export async function readCsv(path: string | URL, options: CsvOptions = {}): Promise<Table> {
  checkOptions("readCsv", options, csvChecks);
  const local = pathOf(path);
  await sizeOfAnyRegularFile(local, "readCsv");
  return readTable(`readCsv: ${local}`, bytesOf(local), options);
}

function pathOf(path: string | URL): string {
  if (path instanceof URL && path.protocol === "file:") return fileURLToPath(path);
  if (typeof path === "string") return path;
  throw new ArgumentError(
    `readCsv: the path must be text or a file URL, got ${described(path)}; pass the body of a response to csv`,
  );
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path).catch(refusal(path, "readCsv"));
  try {
    const piece = new Uint8Array(2 ** 16);
    for (;;) {
      const { bytesRead } = await file.read(piece).catch(refusal(path, "readCsv"));
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
