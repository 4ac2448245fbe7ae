/**
 * `pnpm build`: makes the `dist` of every package from scratch, so that no file remains whose source has been deleted.
 *
 * tsc checks types and writes the declarations. Then each entry becomes one JavaScript file, because loading a hundred
 * small ones takes three times as long.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { rolldown } from "rolldown";

/** Whether a package is published. Private packages are not, so they are not built. */
function isPublished(folder: string): boolean {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).private !== true;
}

const packages = readdirSync("packages")
  .map((name) => join("packages", name))
  .filter(isPublished);
for (const folder of packages) rmSync(join(folder, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", ...packages], { stdio: "inherit" });

for (const folder of packages) {
  const dist = join(folder, "dist");
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" }))
    if (/\.js(\.map)?$/.test(file)) rmSync(join(dist, file));
  await bundleEntries(folder, ["index", "internal", "node", "node/thread", "child"]);
  // No program loads these and the others, so they share no code.
  await bundleEntries(folder, ["browser"]);
  await bundleEntries(folder, ["bin"]);
  await bundleEntries(folder, ["browser/isolation"]);
}

/** Makes a file in `dist` of each entry that a package has, and one of what several of them share. */
async function bundleEntries(folder: string, names: readonly string[]): Promise<void> {
  const isFormats = folder.endsWith("formats") && !names.includes("bin");
  const files = names.map((name) => join(folder, "src", `${name}.ts`)).filter((file) => existsSync(file));
  if (files.length === 0) return;
  const bundle = await rolldown({
    input: Object.fromEntries(files.map((file) => [basename(file, ".ts"), file])),
    external: /^(node:|@polygrad\/|piscina$|bullmq$|ioredis$|fflate$)/,
    platform: "neutral",
    // Nothing is exported in addition: `formatOf` leaves nothing but exports in the entries.
    ...(isFormats ? { preserveEntrySignatures: "allow-extension" } : {}),
  });
  const codeSplitting = isFormats
    ? { groups: [{ name: formatOf, debugName: "formats" }], includeDependenciesRecursively: false }
    : { groups: [{ name: "shared", minShareCount: 2 }] };
  const output = { dir: join(folder, "dist"), sourcemap: true, chunkFileNames: "[name].js" };
  // Pages load a script of this kind without a bundler.
  if (names.includes("browser/isolation")) await bundle.write({ ...output, format: "iife" });
  else await bundle.write({ ...output, codeSplitting });
  await bundle.close();
}

/**
 * The folder of a source, such as "onnx", whose modules become one file: a bundler drops the formats that a program does not
 * use. What several of them need is in "shared".
 */
function formatOf(source: string): string | null {
  const [, path] = /\/formats\/src\/(.+)\.ts$/.exec(source) ?? [];
  if (path === undefined || path === "index" || path === "node" || path.startsWith("node/")) return null;
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "shared";
}
