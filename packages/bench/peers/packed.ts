/** Polygrad as its users get it: builds and packs the packages, and installs them in a folder of their own. */
import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { npmInstall, reason } from "./install.ts";

const NAMES = ["tensor", "autograd", "nn", "data", "formats", "parallel"]
  .map((name) => `@polygrad/${name}`)
  .concat("polygrad");
const root = fileURLToPath(new URL("../../../", import.meta.url));

const run = promisify(execFile);

/**
 * Installs the packages, and the contender's program compiled to JavaScript, in `directory`, which is made from scratch:
 * npm would keep an older tarball of the same version. Returns `directory`, or the error.
 */
export async function installOurs(directory: string): Promise<string | Error> {
  try {
    await rm(directory, { recursive: true, force: true });
    const tarballs = join(directory, "tarballs");
    await mkdir(tarballs, { recursive: true });
    await pnpm(["build"]);
    await pnpm([...NAMES.flatMap((name) => ["--filter", name]), "pack", "--pack-destination", tarballs]);
    const files = await readdir(tarballs);
    const dependencies = Object.fromEntries(
      NAMES.map((name) => [name, `file:${join(tarballs, tarball(name, files))}`]),
    );
    const overrides = Object.fromEntries(NAMES.map((name) => [name, `$${name}`]));
    await npmInstall(directory, { private: true, type: "module", dependencies, overrides });
    await compile(directory);
    return directory;
  } catch (error) {
    return new Error(`packing Polygrad failed: ${reason(error)}`);
  }
}

/** "@polygrad/nn" is packed as `polygrad-nn-0.1.0.tgz`. */
function tarball(name: string, files: readonly string[]): string {
  const start = `${name.replace("@", "").replace("/", "-")}-`;
  const found = files.find((file) => file.startsWith(start) && /^\d/.test(file.slice(start.length)));
  if (found === undefined) throw new Error(`there is no tarball of ${name}`);
  return found;
}

async function compile(directory: string): Promise<void> {
  const input = Object.fromEntries(
    ["ours", "recipe"].map((name) => [name, fileURLToPath(new URL(`${name}.ts`, import.meta.url))]),
  );
  const bundle = await rolldown({ input, external: /^(node:|@polygrad\/|polygrad)/, platform: "node" });
  await bundle.write({ dir: directory });
  await bundle.close();
}

/** Runs the pnpm that runs this program, or else the one that npx finds. */
async function pnpm(args: readonly string[]): Promise<void> {
  const own = process.env.npm_execpath ?? "";
  const command = /pnpm[^/\\]*$/.test(own) ? [process.execPath, own] : ["npx", "-y", "pnpm@10"];
  const [file, ...rest] = [...command, ...args];
  await run(file, rest, { cwd: root });
}
