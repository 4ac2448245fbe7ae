/** Tables from files: what is read, and what is refused before or while it is. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { csv } from "../../src/index.ts";
import { readCsv } from "../../src/node.ts";
import { rejection } from "../refusal.ts";
import { emptyDirectory } from "./server.ts";

test("a file is read as its text is, by path or by URL", async () => {
  const path = join(await emptyDirectory(), "table.csv");
  // Longer than one piece, with a character of two bytes across its end.
  const rows = Array.from({ length: 9000 }, (_, k) => `${k};"é ""${k % 3}"""\r\n`);
  const text = `number;text\r\n${rows.join("")}`;
  await writeFile(path, text);
  const expected = await csv(text, { delimiter: ";" });
  expect(expected.length).toBe(9000);
  expect((await readCsv(path, { delimiter: ";" })).columns).toEqual(expected.columns);
  expect((await readCsv(pathToFileURL(path), { delimiter: ";" })).columns).toEqual(expected.columns);
});

test("errors name the file, and the line if it was reached", async () => {
  const directory = await emptyDirectory();
  await mkdir(join(directory, "folder"));
  await writeFile(join(directory, "torn.csv"), 'a,b\n1,"x');
  const targets = [
    join(directory, "torn.csv"),
    join(directory, "none.csv"),
    join(directory, "folder"),
    new URL("http://x/y"),
  ];
  const messages = await Promise.all(targets.map((target) => rejection(() => readCsv(target))));
  expect(messages.map((message) => message.replaceAll(directory, "DIRECTORY"))).toMatchInlineSnapshot(`
    [
      "DatasetError: readCsv: DIRECTORY/torn.csv: line 2: the quoted field that begins here has no end; add the closing quote",
      "DatasetError: readCsv: cannot read DIRECTORY/none.csv: ENOENT: no such file or directory, stat 'DIRECTORY/none.csv'; check that it is a readable file",
      "DatasetError: readCsv: DIRECTORY/folder is a directory; put a regular file in its place",
      "ArgumentError: readCsv: the path must be text or a file URL, got an URL; pass the body of a response to csv",
    ]
  `);
});

test("a value that is missing in a dataset is named by line and column", async () => {
  const path = join(await emptyDirectory(), "table.csv");
  await writeFile(path, "name,horsepower\nford,100\nfiat,\n");
  const table = await readCsv(path);
  expect(() => table.regression({ target: "horsepower" })).toThrow("line 3, column horsepower: missing value; ");
});
