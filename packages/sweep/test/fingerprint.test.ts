import { mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { fingerprint } from "../src/fingerprint.ts";
import { dependenciesOf } from "../src/modules.ts";

/** A project with a recipe: a file in it, a library of the workspace, and an installed package. */
const files: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "study" }',
  "recipes/recipe.ts": [
    'import { layer } from "./layer.js";',
    "import { loss } from '../loss.ts';",
    'import own from "own-library";',
    'import fast from "fast-library/sub";',
    'import "node:fs";',
    "const url = new URL('./table.csv', import.meta.url); // it's what doesn't change",
  ].join("\n"),
  "recipes/layer.ts": 'export * from "./deeper";',
  "recipes/deeper.ts": "export const layer = 1;",
  "recipes/table.csv": "1,2",
  "recipes/other.ts": "export {};",
  "loss.ts": "export const loss = 1;",
  "libraries/own/package.json": '{ "name": "own-library", "main": "main.js" }',
  "libraries/own/main.js": "module.exports = 1;",
  "node_modules/fast-library/package.json": '{ "name": "fast-library", "version": "1.2.3" }',
  "node_modules/fast-library/sub.js": "module.exports = 1;",
};

async function project(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "polygrad-study-"));
  for (const [name, text] of Object.entries({ ...files, ...changes })) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  await symlink(join(root, "libraries/own"), join(root, "node_modules/own-library"));
  return root;
}

const hashOf = (root: string): Promise<string> => fingerprint(pathToFileURL(join(root, "recipes/recipe.ts")).href);

test("every file that is named counts, and packages by their version", async () => {
  const root = await project();
  const { files: found, packages } = dependenciesOf(join(root, "recipes/recipe.ts"));
  expect(found.map((file) => file.slice(root.length + 1)).toSorted()).toEqual([
    "libraries/own/main.js",
    "loss.ts",
    "recipes/layer.ts",
    "recipes/table.csv",
  ]);
  expect(packages).toEqual(["fast-library@1.2.3"]);
});

test("the fingerprint is that of the content, wherever the project is", async () => {
  const root = await project();
  const hash = await hashOf(root);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await hashOf(await project())).toBe(hash);
});

test.each([
  ["recipes/recipe.ts", `${files["recipes/recipe.ts"]}\n`],
  ["recipes/layer.ts", `${files["recipes/layer.ts"]}\n`],
  ["recipes/deeper.ts", "export const layer = 2;"],
  ["loss.ts", "export const loss = 2;"],
  ["recipes/table.csv", "1,3"],
  ["libraries/own/main.js", "module.exports = 2;"],
  ["node_modules/fast-library/package.json", '{ "name": "fast-library", "version": "1.2.4" }'],
])("an edit of %s is another fingerprint", async (name, text) => {
  expect(await hashOf(await project({ [name]: text }))).not.toBe(await hashOf(await project()));
});

test.each([
  ["recipes/other.ts", "export const other = 1;"],
  ["node_modules/fast-library/sub.js", "module.exports = 2;"],
])("an edit of %s changes nothing", async (name, text) => {
  expect(await hashOf(await project({ [name]: text }))).toBe(await hashOf(await project()));
});

test("the library's own code counts, with the threads that it starts", async () => {
  const library = new URL("../../parallel/src/", import.meta.url);
  const { files: crew } = dependenciesOf(new URL("node/crew.ts", library).pathname);
  expect(crew).toContain(new URL("node/thread.ts", library).pathname);
});
