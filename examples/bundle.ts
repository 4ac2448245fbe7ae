/** Makes the bundle from which start.mjs runs the examples, and records what it was made from. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Plugin, rolldown } from "rolldown";

/** How long a bundle is kept, in milliseconds: a process that runs it may start threads as long as it runs. */
const KEPT = 24 * 3_600_000;

/**
 * Makes a bundle of all examples in `cache`, and returns the URL of its first file.
 *
 * @param root the folder of the repository
 * @throws Error if a source has a mistake, or the cache cannot be written to
 */
export async function makeBundle(root: URL, cache: URL): Promise<string> {
  const started = Date.now();
  const [top, folder] = [fileURLToPath(root), fileURLToPath(cache)];
  await mkdir(folder, { recursive: true });
  await removeOld(folder, started - KEPT);
  const made = await mkdtemp(join(folder, "bundle-"));
  try {
    const { sources, written } = await writeBundle(top, made);
    const files = [...sources, ...written];
    const stamps = await Promise.all(
      files.map(async (file) => {
        const { size, mtimeMs } = await stat(file);
        // A source that was edited meanwhile may have been read before. No file is as old as 0.
        return [pathFrom(top, file), size, sources.has(file) && mtimeMs >= started ? 0 : mtimeMs];
      }),
    );
    const entry = pathFrom(top, join(made, "run.mjs"));
    const current = join(made, "current.json");
    await writeFile(current, JSON.stringify({ madeIn: root.href, entry, files: stamps }));
    // Another process may be doing the same. One of the two bundles becomes the current one, and both are whole.
    await rename(current, join(folder, "current.json"));
    return new URL(entry, root).href;
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
}

/** Writes a bundle to the folder `made`; returns the files that it depends on, and those that it consists of. */
async function writeBundle(top: string, made: string): Promise<{ sources: Set<string>; written: string[] }> {
  const sources = new Set(await decidingFiles(top));
  const bundle = await rolldown({
    input: {
      run: join(top, "examples/run.ts"),
      // node/crew.ts looks for this file beside its own.
      thread: join(top, "packages/parallel/src/node/thread.ts"),
      // And process.ts for this one.
      child: join(top, "packages/sweep/src/child.ts"),
    },
    platform: "node",
    tsconfig: false,
    logLevel: "silent",
    plugins: [recording(sources), leavingPackages(sources), bundlingModulesOfThreads(join(top, "examples"))],
  });
  const { output } = await bundle.write({
    dir: made,
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name].mjs",
    codeSplitting: { groups: [{ name: "shared", minShareCount: 2 }] },
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  await bundle.close();
  return { sources, written: output.map(({ fileName }) => join(made, fileName)) };
}

/** The files that decide what is in a bundle without being in it. */
async function decidingFiles(top: string): Promise<string[]> {
  const packages = await readdir(join(top, "packages"));
  const manifests = ["examples", ...packages.map((name) => `packages/${name}`)].map((name) => `${name}/package.json`);
  const files = ["pnpm-lock.yaml", "examples/start.mjs", "examples/bundle.ts", ...manifests];
  return files.map((file) => join(top, file)).filter((file) => existsSync(file));
}

/** Adds every module that is read to `sources`. */
function recording(sources: Set<string>): Plugin {
  return {
    name: "recording",
    moduleParsed({ id }) {
      if (!id.startsWith("\0")) sources.add(id);
    },
  };
}

/** Leaves packages that are installed where they are: they may expect files beside them. */
function leavingPackages(sources: Set<string>): Plugin {
  return {
    name: "leaving packages",
    async resolveId(specifier, importer) {
      if (/^(node:|[./\\])/.test(specifier) || importer === undefined) return;
      const found = await this.resolve(specifier, importer, { skipSelf: true });
      if (found === null || !/[\\/]node_modules[\\/]/.test(found.id)) return;
      sources.add(found.id);
      return { id: pathToFileURL(found.id).href, external: true };
    },
  };
}

/** A module that an example names by `new URL("./recipe.ts", import.meta.url)`, for threads to load, becomes a file. */
function bundlingModulesOfThreads(examples: string): Plugin {
  return {
    name: "bundling modules of threads",
    transform(code, id) {
      const path = relative(examples, id);
      if (path.startsWith("..") || isAbsolute(path)) return;
      const replaced = code.replace(/\bnew URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g, (_, specifier: string) => {
        const module = resolve(dirname(id), specifier);
        const name = `${basename(dirname(module))}-${basename(module, ".ts")}`;
        return `new URL(import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: "chunk", id: module, name })})`;
      });
      // No line has moved, so no map is needed.
      return replaced === code ? undefined : { code: replaced, map: null };
    },
  };
}

/** The path of a file as a part of a URL. */
function pathFrom(top: string, file: string): string {
  return relative(top, file).split(sep).map(encodeURIComponent).join("/");
}

/** Removes bundles made before `time`, in milliseconds since 1970. */
async function removeOld(folder: string, time: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.startsWith("bundle-") && (await stat(path)).mtimeMs < time)
      await rm(path, { recursive: true, force: true });
  }
}
