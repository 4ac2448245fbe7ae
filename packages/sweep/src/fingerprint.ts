/** The fingerprint of a recipe: one hash of the recipe, of everything that it imports, and of the library. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { dependenciesOf, manifest, packageFolder, packageOf } from "./modules.ts";

/** Goes up when the same job gives another summary for a reason that is in no file of the fingerprint. */
const FORMAT = 1;

/**
 * The SHA-256, in hexadecimal, of the code that a run depends on: the recipe's module and every local file that it names,
 * the modules of the workspace and of Polygrad that these import, and the names and versions of other packages. It is the
 * same wherever the code is: files are named by their package and their path in it.
 *
 * @param recipe the URL of the recipe's module
 */
export async function fingerprint(recipe: string): Promise<string> {
  const hash = createHash("sha256").update(`polygrad sweep ${FORMAT}\n`);
  if (!recipe.startsWith("file:")) hash.update(`${recipe}\n`);
  const { files, packages } = reachable(recipe);
  const home = recipe.startsWith("file:") ? dirname(fileURLToPath(recipe)) : "";
  const lines = await Promise.all(files.map(async (file) => `${nameOf(file, home)} ${await hashOf(file)}`));
  for (const line of [...lines, ...packages].sort()) hash.update(`${line}\n`);
  return hash.digest("hex");
}

/** All files and packages that the recipe and the library depend on, directly or not. */
function reachable(recipe: string): { files: string[]; packages: string[] } {
  const library = packageOf("@polygrad/parallel", fileURLToPath(import.meta.url));
  const waiting = recipe.startsWith("file:") ? [fileURLToPath(recipe)] : [];
  if (library && "file" in library) waiting.push(library.file);
  const [files, packages] = [new Set<string>(), new Set<string>()];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const found = dependenciesOf(file);
    waiting.push(...found.files);
    for (const each of found.packages) packages.add(each);
  }
  return { files: [...files], packages: [...packages] };
}

/** A file's name wherever its package is; of a file in no package, its path from the recipe's directory. */
function nameOf(file: string, home: string): string {
  const folder = packageFolder(file);
  const name = folder === undefined ? relative(home, file) : `${manifest(folder).name}/${relative(folder, file)}`;
  return name.split(sep).join("/");
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}
