/**
 * `pnpm build`: every package's dist, from nothing, so that it holds no file whose source is gone.
 *
 * tsc checks and writes the declarations; then each entry becomes one JavaScript file, because loading a hundred small
 * ones takes three times as long.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** A private package is not published, so it is not built. */
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
  const entries = ["index", "internal", "node", "worker"].filter((name) =>
    existsSync(join(folder, "src", `${name}.ts`)),
  );
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, join(folder, "src", `${name}.ts`)])),
    external: /^(node:|@polygrad\/|piscina$)/,
    platform: "neutral",
  });
  const codeSplitting = { groups: [{ name: "shared", minShareCount: 2 }] };
  await bundle.write({ dir: dist, sourcemap: true, chunkFileNames: "[name].js", codeSplitting });
  await bundle.close();
}
