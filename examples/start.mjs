/**
 * Starts an example quickly: from a bundle of a few files, kept in node_modules/.cache, in place of more than a hundred
 * TypeScript files for each thread. This file is JavaScript because Node 20 reads nothing else without a loader.
 *
 * The sources stay the truth: a bundle is used only while every file that it was made from is as it was. If it is not,
 * bundle.ts makes another; where it cannot, the example runs from its sources, as in Bun and Deno, which read TypeScript.
 */
import { readFileSync, statSync } from "node:fs";

const root = new URL("../", import.meta.url);
const cache = new URL("node_modules/.cache/examples/", root);
const typescript = process.features.typescript;

/** The URL of the bundle's first file; undefined if there is no bundle, or it is damaged or out of date. */
function bundled() {
  try {
    // What bundle.ts has written: of each source and each file of the bundle, its path, size and time of modification.
    const { madeIn, entry, files } = JSON.parse(readFileSync(new URL("current.json", cache), "utf8"));
    const unchanged = files.every(([path, size, modified]) => {
      const found = statSync(new URL(path, root));
      return found.size === size && found.mtimeMs === modified;
    });
    return unchanged && madeIn === root.href ? new URL(entry, root).href : undefined;
  } catch {
    return undefined;
  }
}

async function bundle() {
  if (!typescript) (await import("tsx/esm/api")).register();
  try {
    const { makeBundle } = await import("./bundle.ts");
    return await makeBundle(root, cache);
  } catch {
    // A folder that cannot be written to, or a mistake in a source, which the engine reports with its place.
    return "./run.ts";
  }
}

process.setSourceMapsEnabled?.(true);
await import(typescript === "transform" ? "./run.ts" : (bundled() ?? (await bundle())));
