/** Finding the four files of a collection on this machine. */
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { DatasetError } from "../errors.ts";
import { IMAGE_FILES, type ImageFile } from "../mnist.ts";

/**
 * The cache directory of a collection: `$XDG_CACHE_HOME/polygrad/mnist` for "MNIST". If the variable is unset or is not
 * an absolute path, `~/.cache` is used instead (XDG Base Directory Specification).
 */
export function cacheDirectory(name: string): string {
  const base = process.env.XDG_CACHE_HOME ?? "";
  return join(isAbsolute(base) ? base : join(homedir(), ".cache"), "polygrad", name.toLowerCase());
}

/**
 * The directory of an npm package, as seen from the current directory or, failing that, from the running program.
 * Returns undefined if neither has it installed.
 */
export function packageDirectory(name: string): string | undefined {
  const program = process.argv[1];
  // createRequire takes the path of a file, which need not exist.
  const from = [join(process.cwd(), "index.js"), ...(program === undefined ? [] : [resolve(program)])];
  for (const file of from) {
    try {
      return dirname(createRequire(file).resolve(`${name}/package.json`));
    } catch {
      // Not installed here; try the next.
    }
  }
  return undefined;
}

/**
 * The paths of those of the four files that `directory` holds. Each may be spelled `train-images-idx3-ubyte` or
 * `train-images.idx3-ubyte`, with or without `.gz`. A directory that does not exist holds none.
 *
 * @throws DatasetError if the directory exists but cannot be read
 */
export async function filesIn(directory: string): Promise<Map<ImageFile, string>> {
  const entries = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new DatasetError(`cannot read the directory ${directory}: ${cause.message}; give a readable directory`, {
      cause,
    });
  });
  const present = new Set(entries);
  const found = new Map<ImageFile, string>();
  for (const file of IMAGE_FILES) {
    const dotted = file.replace("-idx", ".idx");
    const spelling = [file, dotted, `${file}.gz`, `${dotted}.gz`].find((name) => present.has(name));
    if (spelling !== undefined) found.set(file, join(directory, spelling));
  }
  return found;
}

/** Those of the four files that are not in `found`. */
export function missing(found: ReadonlyMap<ImageFile, string>): ImageFile[] {
  return IMAGE_FILES.filter((file) => !found.has(file));
}
