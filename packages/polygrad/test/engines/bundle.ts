/** Bundles program.ts and the built packages into one file that Node and browsers can run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { importName, packageNames } from "../reading-order.ts";

export const program: string = fileURLToPath(new URL("program.ts", import.meta.url));
const packages = fileURLToPath(new URL("../../../", import.meta.url));

/** Writes the bundle to a file. */
export async function bundleProgram(file: string): Promise<void> {
  // An alias stands for whatever begins with its name, so those of inner entries come first.
  const built = ["internal", "index"].flatMap((entry) =>
    packageNames
      .map((name) => ({ name, file: join(packages, name, "dist", `${entry}.js`) }))
      .filter(({ file }) => existsSync(file))
      .map(({ name, file }) => [entry === "index" ? importName(name) : `${importName(name)}/${entry}`, file]),
  );
  const bundle = await rolldown({ input: program, platform: "browser", resolve: { alias: Object.fromEntries(built) } });
  await bundle.write({ file });
  await bundle.close();
}
