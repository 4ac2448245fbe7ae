/**
 * The modules that a module depends on, found by reading its text, without running it.
 *
 * The search prefers too many files to too few: a file that does not matter costs a run that could have been spared, but
 * a file that is missed gives a result of other code. So every quoted relative path counts that leads to a file, as in
 * `new URL("./digits.csv", import.meta.url)`, also in a comment.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join, resolve, sep } from "node:path";

/** What a module depends on: files whose content counts, and packages that count by name and version. */
export interface Dependencies {
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

const CODE = /\.[cm]?[jt]sx?$/;
/** What an import may leave out, or what stands in the source for what it says. */
const ENDINGS = ["", ".ts", ".mts", ".js", ".mjs", ".cjs", ".tsx", "/index.ts", "/index.js"];

/** What one file, given by its path, depends on directly. Files that are not code depend on nothing. */
export function dependenciesOf(file: string): Dependencies {
  if (!CODE.test(file)) return { files: [], packages: [] };
  const text = readFileSync(file, "utf8");
  const found = [...importedPackages(text)].map((specifier) => packageOf(specifier, file));
  return {
    files: [...relativePaths(text)]
      .flatMap((path) => fileAt(resolve(dirname(file), path)) ?? [])
      .concat(found.flatMap((each) => (each && "file" in each ? [each.file] : []))),
    packages: found.flatMap((each) => (each && "version" in each ? [each.version] : [])),
  };
}

/**
 * The module of a library, as another module would import it: the path of its file, if the library is source code that
 * may change, and otherwise its name and version; undefined for a module of Node, or one that is not installed.
 */
export function packageOf(
  specifier: string,
  from: string,
): { readonly file: string } | { readonly version: string } | undefined {
  if (isBuiltin(specifier)) return undefined;
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  const file = resolved(specifier, from);
  const folder = file === undefined ? installed(name, from) : packageFolder(file);
  if (folder === undefined) return undefined;
  const isOwn = /^(polygrad|@polygrad\/.*)$/.test(name);
  if (file !== undefined && (isOwn || !file.split(sep).includes("node_modules"))) return { file };
  const { version } = manifest(folder);
  return { version: `${name}@${version}` };
}

/** The nearest folder above a file that has a package.json; undefined without one. */
export function packageFolder(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The name and version that a package.json gives; empty text for what it does not. */
export function manifest(folder: string): { readonly name: string; readonly version: string } {
  const { name = "", version = "" } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { name, version };
}

/** Between any two quotes of a line: whether the first opens or closes a string is not decided. */
const QUOTED = /(?<=["'`])\.{1,2}\/[^"'`\n]*(?=["'`])/g;
const IMPORTED = /\b(?:from|import|require|resolve)\s*\(?\s*["'`]([^"'`\n]+)["'`]/g;

function relativePaths(text: string): Set<string> {
  // `./worker${extension}` is the file "worker" with any ending.
  return new Set([...text.matchAll(QUOTED)].map(([path]) => path.replace(/\$\{.*$/, "").replace(/[?#].*$/, "")));
}

function importedPackages(text: string): Set<string> {
  return new Set([...text.matchAll(IMPORTED)].map(([, name]) => name).filter((name) => /^[@#a-z0-9]/i.test(name)));
}

/** The file at a path, perhaps with another ending: TypeScript writes "./model.js" for model.ts. */
function fileAt(path: string): string | undefined {
  const bare = path.replace(/\.([cm]?)js$/, ".$1ts");
  return [...ENDINGS.map((ending) => path + ending), bare].find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function resolved(specifier: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined; // not installed, or for `import` only, as some packages are
  }
}

/** The folder of a package, found as Node does: in the nearest node_modules above. */
function installed(name: string, from: string): string | undefined {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}
