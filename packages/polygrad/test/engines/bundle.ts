/** Bundles program.ts and the built packages into one file that Node and browsers can run. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { importName, packageNames } from "../reading-order.ts";

export const program: string = fileURLToPath(new URL("program.ts", import.meta.url));
const packages = fileURLToPath(new URL("../../../", import.meta.url));

/** Writes the bundle to a file. */
export async function bundleProgram(file: string): Promise<void> {
  const built = packageNames.map((name) => [importName(name), join(packages, name, "dist/index.js")]);
  const bundle = await rolldown({ input: program, platform: "browser", resolve: { alias: Object.fromEntries(built) } });
  await bundle.write({ file });
  await bundle.close();
}
