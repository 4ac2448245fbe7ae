/** Packages and files import only what comes before them in reading-order.ts, so one can read them front to back. */
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import {
  forwardTypes,
  ideaOf,
  importName,
  importsOf,
  type PackageName,
  packageNames,
  packageOrder,
  readingOrder,
  readSource,
  sourceFiles,
} from "./reading-order.ts";

const isRelative = (from: string): boolean => from.startsWith(".");

describe.each(packageNames)("%s", (name) => {
  const order = readingOrder[name];

  test("every source file is in the reading order once", () => {
    expect([...order].sort()).toEqual(sourceFiles(name));
  });

  test("imports only the packages before it, and node: only where that is allowed", () => {
    const names = packageOrder[name].map((other) => importName(other));
    // `polygrad` exports what users see, so it may not import internals.
    const allowed = name === "polygrad" ? names : [...names, ...names.map((other) => `${other}/internal`)];
    const wrong = order.flatMap((file) =>
      importsOf(readSource(name, file))
        .filter(({ from }) => !isRelative(from) && !allowed.includes(from))
        .filter(({ from }) => !mayBesides(name, file).some((pattern) => pattern.test(from)))
        .map(({ from }) => `${name}/src/${file} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  test("every file imports only the files before it", () => {
    const wrong = order.flatMap((file, position) =>
      importsOf(readSource(name, file))
        .filter(({ from }) => isRelative(from))
        .map(({ from, typeOnly }) => ({ target: posix.join(posix.dirname(file), from), typeOnly }))
        .filter(({ target }) => !order.slice(0, position).includes(target))
        .filter(({ target, typeOnly }) => !(typeOnly && forwardTypes.has(`${name}/${file} -> ${target}`)))
        .map(({ target }) => `${name}/src/${file} imports ${target}, which comes later`),
    );
    expect(wrong).toEqual([]);
  });

  test.each(order.filter((file) => readSource(name, file).match(/^\/\*\*.*[Ii]n reading order/)))(
    "%s lists its files in the reading order, as it claims",
    (file) => {
      const listed = importsOf(readSource(name, file)).flatMap(({ from }) =>
        isRelative(from) ? [posix.join(posix.dirname(file), from)] : [],
      );
      expect(listed.length).toBeGreaterThan(2);
      expect(listed).toEqual(listed.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    },
  );

  test.each(order)("%s opens with a sentence that says what it is", (file) => {
    expect(ideaOf(readSource(name, file))).toMatch(/^\S.{4,}\.$/);
  });
});

test.each(packageNames)("docs/reading-the-source.md lists the files of %s in this order", (name) => {
  const page = readFileSync(new URL("../../../docs/reading-the-source.md", import.meta.url), "utf8");
  const items = page.matchAll(/^\d+\. \[[^\]]+\]\(\.\.\/packages\/(\w+)\/src\/([^)]+)\): /gm);
  expect([...items].filter(([, owner]) => owner === name).map(([, , file]) => file)).toEqual(readingOrder[name]);
});

test("what browsers get of the parallel package imports nothing of Node", () => {
  const reached = new Set(["browser.ts"]);
  // A set also gives what is added to it meanwhile.
  for (const file of reached)
    for (const { from, typeOnly } of importsOf(readSource("parallel", file)))
      if (isRelative(from) && !typeOnly) reached.add(posix.join(posix.dirname(file), from));
  expect(reached).toContain("worker.ts");
  expect([...reached].filter((file) => file in inParallel || file.startsWith("node/"))).toEqual([]);
  for (const file of reached) expect(readSource("parallel", file), file).not.toMatch(/\b(?:process|Buffer)\./);
});

test("every exception is still needed", () => {
  const needed = packageNames.flatMap((name) =>
    readingOrder[name].flatMap((file) =>
      importsOf(readSource(name, file)).map(
        ({ from }) => `${name}/${file} -> ${posix.join(posix.dirname(file), from)}`,
      ),
    ),
  );
  expect([...forwardTypes.keys()].filter((exception) => !needed.includes(exception))).toEqual([]);
  for (const [file, patterns] of Object.entries(inParallel))
    for (const pattern of patterns)
      expect(importsOf(readSource("parallel", file)).map(({ from }) => from)).toContainEqual(
        expect.stringMatching(pattern),
      );
});

/**
 * What a file may import in addition. Only files of the /node entry points may import modules of Node. In the parallel
 * package, so may those that find the recipe, count the cores, start threads and keep checkpoints in Node.
 */
function mayBesides(name: PackageName, file: string): readonly RegExp[] {
  if (name === "parallel") return inParallel[file] ?? [];
  if (name === "sweep")
    return [/^node:/, /^@polygrad\/data\/node$/, ...(file.startsWith("bullmq/") ? [/^(bullmq|ioredis)$/] : [])];
  if (name === "formats" && file.startsWith("zip/")) return [/^fflate$/];
  const forNode = file === "node.ts" || ["node/", "command/"].some((folder) => file.startsWith(folder));
  return forNode ? [/^node:/, /^@polygrad\/data\/node$/] : [];
}

const inParallel: Readonly<Record<string, readonly RegExp[]>> = {
  "node/recipe.ts": [/^node:fs$/, /^node:path$/, /^node:url$/],
  "node/typescript.ts": [/^node:/],
  "node/thread.ts": [/^node:worker_threads$/],
  "node/crew.ts": [/^node:/, /^piscina$/],
  "node/host.ts": [/^node:os$/],
  "checkpoint/checksum.ts": [/^node:crypto$/],
  "checkpoint/directory.ts": [/^node:fs\/promises$/, /^node:path$/, /^@polygrad\/data\/node$/],
};

describe("reading a file", () => {
  test("finds imports of all forms, except in comments", () => {
    const text = [
      '/** import { not } from "./comment.ts"; */',
      'import "./effect.ts";',
      'import type { A } from "./type.ts";',
      'import {\n  type B,\n  c,\n} from "./several.ts";',
      'export * as d from "./all.ts";',
      'export type { E } from "./types.ts";',
      'export class F {\n  name = "F";\n}',
      'const g = await import("./later.ts");',
    ].join("\n");
    expect(importsOf(text).map(({ from, typeOnly }) => from + (typeOnly ? " (type)" : ""))).toEqual([
      "./effect.ts",
      "./type.ts (type)",
      "./several.ts",
      "./all.ts",
      "./types.ts (type)",
      "./later.ts",
    ]);
  });

  test("finds the whole first sentence", () => {
    expect(ideaOf("/** Units (D. Hendrycks, arXiv:1606.08415). Read erf.ts first. */")).toBe(
      "Units (D. Hendrycks, arXiv:1606.08415).",
    );
    expect(ideaOf("/**\n * Tensors,\n * pinned.\n *\n * More. And more.\n */\nimport")).toBe("Tensors, pinned.");
    expect(ideaOf("const x = 1; /** Not at the start. */")).toBeUndefined();
  });
});
