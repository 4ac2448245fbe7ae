/** Which address of the site shows a file of the repository: the one place that decides it, for pages, book and links. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository, with a slash at its end. */
export const root: string = fileURLToPath(new URL("../", import.meta.url));

/** Pages that are not in `docs/`, and where they appear on the site. */
const elsewhere: readonly (readonly [file: string, page: string])[] = [
  ["README.md", "overview.md"],
  ["CONTRIBUTING.md", "contributing.md"],
  ["CHANGELOG.md", "changelog.md"],
  ["SECURITY.md", "security.md"],
];

/** Each page of Markdown in the repository, and the name of its copy, from which the site is built. */
export const pages: ReadonlyMap<string, string> = new Map([
  ...elsewhere,
  ...list("docs", ".md").map((file) => [file, file.replace(/^docs\//, "").replace(/README\.md$/, "index.md")] as const),
  ...readdirSync(`${root}packages`)
    .map((name) => [`packages/${name}/README.md`, `packages/${name}.md`] as const)
    .filter(([file]) => existsSync(root + file)),
]);

/** The drawings in `docs/`, which keep their names. */
export const drawings: readonly string[] = list("docs", ".svg");

/** All files below a folder with an extension. */
export function list(folder: string, extension: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(extension))
    .map((file) => posix.join(folder, file))
    .sort();
}

/** A source file of a package: `packages/tensor/src/ops/view.ts` is `ops/view.ts` of `tensor`. */
const SOURCE = /^packages\/(\w+)\/src(?:\/(.*))?$/;

/**
 * The address of a file or folder of the repository, relative to the root of the site; undefined for the data behind the
 * drawings, which are large and are not on the site.
 *
 * Source files lead to their pages in the book, folders of source files to the contents of their chapter, and other text
 * files, such as tests, to pages of the book without prose.
 */
export function addressOf(path: string): string | undefined {
  const file = path.replace(/\/$/, "");
  const page = pages.get(file) ?? pages.get(`${file}/README.md`);
  if (page !== undefined) return page.replace(/\.md$/, ".html").replace(/(^|\/)index\.html$/, "$1");
  if (drawings.includes(file)) return file.replace(/^docs\//, "");
  if (file.endsWith(".json")) return undefined;
  const [, name, source] = SOURCE.exec(file) ?? [];
  if (name !== undefined) return `book/${name}/${source?.endsWith(".ts") ? source.replace(/\.ts$/, ".html") : ""}`;
  if (!existsSync(root + file)) throw new Error(`the site: no file ${file}; what links to it?`);
  return `book/files/${file}${statSync(root + file).isDirectory() ? "/" : ".html"}`;
}

/** Resolves a link of a page: the file or folder that it names, and what follows `#`. Undefined for other hosts. */
export function targetOf(page: string, link: string): { readonly path: string; readonly hash: string } | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [target, heading] = decodeURI(link).split("#");
  const path = target === "" ? page : posix.normalize(posix.join(posix.dirname(page), target));
  return { path, hash: heading === undefined ? "" : `#${heading}` };
}

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(root + path, "utf8");
}
