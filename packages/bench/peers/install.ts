/** Finds the peers: installs those on npm into a folder of their own, and looks for a Python that has PyTorch. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";

const PACKAGES = {
  "@jax-js/jax": "0.1.25",
  "@tensorflow/tfjs-backend-cpu": "4.22.0",
  "@tensorflow/tfjs-backend-wasm": "4.22.0",
  "@tensorflow/tfjs-core": "4.22.0",
} as const;
const SCRIPTS = ["jax.mjs", "serve.mjs", "tfjs.mjs"];

const run = promisify(execFile);

/** Installs the npm peers and the scripts that use them in `directory`. Returns `directory`, or the error. */
export async function installPackages(directory: string): Promise<string | Error> {
  try {
    await mkdir(directory, { recursive: true });
    // In this folder the scripts find the packages by name.
    for (const script of SCRIPTS)
      await copyFile(fileURLToPath(new URL(script, import.meta.url)), join(directory, script));
    if (!(await isInstalled(directory))) {
      console.log(`installing ${Object.keys(PACKAGES).join(", ")} into ${directory}`);
      await npmInstall(directory, { private: true, type: "module", dependencies: PACKAGES });
    }
    await bundleTfjs(directory);
    return directory;
  } catch (error) {
    return new Error(`npm install failed: ${reason(error)}`);
  }
}

/** Installs what the manifest says in `directory`. */
export async function npmInstall(directory: string, manifest: object): Promise<void> {
  await writeFile(join(directory, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const shell = process.platform === "win32"; // where npm is a script
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefix", directory], { shell });
}

async function isInstalled(directory: string): Promise<boolean> {
  const installed = Object.entries(PACKAGES).map(async ([name, version]) => {
    const manifest = join(directory, "node_modules", name, "package.json");
    const text = await readFile(manifest, "utf8").catch(() => "");
    return text.includes(`"version": "${version}"`);
  });
  return (await Promise.all(installed)).every(Boolean);
}

/** One file of tfjs and the script that uses it, which starts three times as fast as its modules. */
async function bundleTfjs(directory: string): Promise<void> {
  // For Node it would take the files in the older form of modules, without the gradients, and not all that they do.
  const resolve = { mainFields: ["module", "main"] };
  const bundle = await rolldown({ input: join(directory, "tfjs.mjs"), platform: "node", resolve, logLevel: "silent" });
  // The Wasm backend looks at the name of its own folder, which is not defined in a module.
  const banner = "const __dirname = import.meta.dirname;";
  await bundle.write({ file: join(directory, "tfjs.bundle.mjs"), minify: true, banner });
  await bundle.close();
}

/** The first Python that can import torch, or an error that says why none can. */
export async function findTorch(): Promise<string | Error> {
  const reasons: string[] = [];
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      await run(python, ["-c", "import torch"]);
      return python;
    } catch (error) {
      reasons.push(`${python}: ${reason(error)}`);
    }
  }
  return new Error(`no Python with torch (${reasons.join("; ")})`);
}

/** The last line that a failed command printed. */
export function reason(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .trim()
    .split("\n")
    .slice(-1)
    .join();
}
