import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

/** A file and all it imports by a relative path, with their text. */
async function reachable(file: URL, seen = new Map<string, string>()): Promise<Map<string, string>> {
  if (seen.has(file.pathname)) return seen;
  const text = await readFile(file, "utf8");
  seen.set(file.pathname, text);
  for (const [, path] of text.matchAll(/from "(\.[^"]+)"/g)) await reachable(new URL(path, file), seen);
  return seen;
}

test("what @polygrad/data loads knows nothing of Node", async () => {
  const files = await reachable(new URL("../src/index.ts", import.meta.url));
  expect([...files.keys()].map((path) => path.slice(path.lastIndexOf("/") + 1)).sort()).toEqual([
    "dataset.ts",
    "errors.ts",
    "gzip.ts",
    "idx.ts",
    "index.ts",
    "loader.ts",
    "mnist.ts",
    "threads.ts",
  ]);
  for (const [path, text] of files) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    expect(code, path).not.toMatch(/"node:|\b(process|Buffer|require|global|setImmediate|NodeJS|__dirname)\b/);
  }
});
