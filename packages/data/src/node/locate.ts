/** Where the four files of a collection may lie on this machine. */
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { DatasetError } from "../errors.ts";
import { IMAGE_FILES, type ImageFile } from "../mnist.ts";

/** `$XDG_CACHE_HOME/polygrad/mnist` for "MNIST", in `~/.cache` if that is unset or (as its standard asks) not absolute. */
export function cacheDirectory(name: string): string {
  const base = process.env.XDG_CACHE_HOME ?? "";
  return join(isAbsolute(base) ? base : join(homedir(), ".cache"), "polygrad", name.toLowerCase());
}

/** The directory of an npm package that is installed for the current directory or for the program that runs. */
export function packageDirectory(name: string): string | undefined {
  const program = process.argv[1];
  // createRequire wants a file; it need not exist.
  const from = [join(process.cwd(), "index.js"), ...(program === undefined ? [] : [resolve(program)])];
  for (const file of from) {
    try {
      return dirname(createRequire(file).resolve(`${name}/package.json`));
    } catch {
      // Not installed for this one.
    }
  }
  return undefined;
}

/**
 * The path of each of the four files that `directory` holds, in any of the spellings in use: `train-images-idx3-ubyte`
 * or `train-images.idx3-ubyte`, as it is or with `.gz`. A directory that does not exist holds none.
 *
 * @throws DatasetError if the directory cannot be read
 */
export async function filesIn(directory: string): Promise<Map<ImageFile, string>> {
  const entries = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new DatasetError(`cannot read the directory ${directory}: ${cause.message}; give one that you may read`, {
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

/** Which of the four files are not among `found`. */
export function missing(found: ReadonlyMap<ImageFile, string>): ImageFile[] {
  return IMAGE_FILES.filter((file) => !found.has(file));
}
