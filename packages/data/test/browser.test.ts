import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

/** The text of a file and of every file that it imports by a relative path, directly or not. */
async function reachable(file: URL, seen = new Map<string, string>()): Promise<Map<string, string>> {
  if (seen.has(file.pathname)) return seen;
  const text = await readFile(file, "utf8");
  seen.set(file.pathname, text);
  for (const [, path] of text.matchAll(/from "(\.[^"]+)"/g)) await reachable(new URL(path, file), seen);
  return seen;
}

test("@polygrad/data and its internal entry load no file that uses Node", async () => {
  const front = await reachable(new URL("../src/index.ts", import.meta.url));
  expect([...front.keys()].some((path) => path.endsWith("/threads.ts"))).toBe(false);
  const files = await reachable(new URL("../src/internal.ts", import.meta.url), front);
  expect([...files.keys()].map((path) => path.slice(path.lastIndexOf("/") + 1)).sort()).toEqual([
    "batch.ts",
    "builder.ts",
    "column.ts",
    "csv.ts",
    "dataset.ts",
    "errors.ts",
    "features.ts",
    "growing.ts",
    "gzip.ts",
    "idx.ts",
    "in-memory.ts",
    "index.ts",
    "inputs.ts",
    "internal.ts",
    "loader.ts",
    "mnist.ts",
    "parser.ts",
    "pieces.ts",
    "position.ts",
    "records.ts",
    "split.ts",
    "standardise.ts",
    "subset.ts",
    "table.ts",
    "targets.ts",
    "threads.ts",
  ]);
  for (const [path, text] of files) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    expect(code, path).not.toMatch(/"node:|\b(process|Buffer|require|global|setImmediate|NodeJS|__dirname)\b/);
  }
});
