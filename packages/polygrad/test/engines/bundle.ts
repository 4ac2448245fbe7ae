/** Bundles programs and the built packages, each into one file that Node or browsers can run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { importName, type PackageName, packageNames } from "../reading-order.ts";

export const program: string = here("program.ts");
/** The pages that train on Web Workers, and what these workers run. */
const onWorkers = ["page", "recipe.worker", "faults", "faulty.worker", "early.worker"];
const packages = fileURLToPath(new URL("../../../", import.meta.url));

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** Bundles the programs of `onWorkers`; returns their files, and isolation.js, by the paths that the pages know. */
export async function bundleOnWorkers(directory: string): Promise<Record<string, string>> {
  const files = onWorkers.map((name) => [`/${name}.js`, join(directory, `${name}.mjs`)] as const);
  await Promise.all(files.map(([, file], k) => bundleProgram(here(`workers/${onWorkers[k]}.ts`), file)));
  return Object.fromEntries([...files, ["/isolation.js", join(packages, "parallel/dist/isolation.js")]]);
}

/** The built file of an entry of a package; undefined if there is none. */
function built(name: PackageName, entry: "index" | "internal"): string | undefined {
  const files = entry === "index" ? ["browser.js", "index.js"] : [`${entry}.js`];
  return files.map((file) => join(packages, name, "dist", file)).find((file) => existsSync(file));
}

/** Writes the bundle of a program to a file. */
export async function bundleProgram(input: string, file: string): Promise<void> {
  // An alias stands for whatever begins with its name, so those of inner entries come first.
  const aliases = (["internal", "index"] as const).flatMap((entry) =>
    packageNames.flatMap((name) => {
      const target = built(name, entry);
      return target === undefined
        ? []
        : [[entry === "index" ? importName(name) : `${importName(name)}/${entry}`, target]];
    }),
  );
  const bundle = await rolldown({ input, platform: "browser", resolve: { alias: Object.fromEntries(aliases) } });
  await bundle.write({ file });
  await bundle.close();
}
