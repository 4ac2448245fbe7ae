/** Bundles the cells: a small element for the pages, the editor, and the worker with all of Polygrad. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export async function buildCells(to: string): Promise<void> {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: [here("element.ts"), here("worker.ts")],
    bundle: true,
    splitting: true,
    minify: true,
    // Summaries and errors show the names of classes, such as "Polynomial".
    keepNames: true,
    format: "esm",
    target: "es2022",
    loader: { ".css": "text" },
    outdir: to,
    logLevel: "warning",
  });
}
