/** Writes the book: a page for each source file, one for each chapter, and the contents. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";
import { chapterPage, contentsPage } from "./contents.ts";
import { exercisesHtml } from "./exercises.ts";
import { layout, type Neighbour, type Page } from "./layout.ts";
import { Library } from "./library.ts";
import { type Names, relative } from "./names.ts";
import { chapters, filesOf } from "./order.ts";
import { otherFiles, otherPage } from "./others.ts";
import { drawPictures } from "./pictures.ts";
import { pageName } from "./places.ts";
import { sourcePage } from "./source-page.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Makes the folder `to` from scratch. */
export async function buildBook(to: string): Promise<void> {
  rmSync(to, { recursive: true, force: true });
  const all = chapters();
  const files = filesOf(all);
  const paths = new Set(files.map(({ path }) => path));
  const library = new Library([...paths]);
  const pictures = await drawPictures();
  const written = new Set<string>();
  const hovers = new Map<string, Readonly<Record<string, object>>>();
  const write = (name: string, content: string | Uint8Array) => {
    if (written.has(name)) throw new Error(`the book: two pages are called ${name}`);
    written.add(name);
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), content);
  };

  const pages: Page[] = [{ name: "index.html", title: "Contents", trail: [], ...contentsPage(all) }];
  for (const chapter of all) {
    const opening: Neighbour = { page: `${chapter.name}/`, title: chapter.name };
    pages.push({ name: `${chapter.name}/index.html`, title: chapter.name, trail: [], ...chapterPage(chapter) });
    for (const file of filesOf([chapter])) {
      const { body, names } = sourcePage(
        library,
        file,
        (path) => paths.has(path),
        (mentioned) => linkTo(file.path, mentioned, paths),
        pictures.get(file.path),
      );
      const name = pageName(file.path);
      const folder = `${dirname(name)}/types`;
      hovers.set(folder, { ...hovers.get(folder), [basename(name, ".html")]: hoversOf(names) });
      pages.push({ name, title: file.name, description: file.idea, body, trail: [opening] });
    }
    const exercises = exercisesHtml(chapter.name);
    if (exercises !== undefined) pages.push(exercisesPage(opening, exercises));
  }
  for (const [k, page] of pages.entries()) {
    const neighbour = (other: Page | undefined) => other && { page: other.name, title: other.title };
    write(page.name, layout({ ...page, previous: neighbour(pages[k - 1]), next: neighbour(pages[k + 1]) }));
  }
  for (const [name, pages] of hovers) write(name, deflateRawSync(JSON.stringify(pages), { level: 9 }));
  for (const path of otherFiles()) write(otherPage(path).name, layout(otherPage(path)));
  await build({
    entryPoints: [here("client/book.ts"), here("style/book.css")],
    bundle: true,
    minify: true,
    format: "iife",
    outdir: to,
    entryNames: "[name]",
    logLevel: "warning",
  });
}

/** The last page of a chapter. */
function exercisesPage(opening: Neighbour, exercises: string): Page {
  const title = `${opening.title}: exercises`;
  const description = "Programs to complete. The page checks them.";
  const body = `<h1>Exercises</h1>\n<p class="idea">${description}</p>\n${exercises}`;
  return { name: `${opening.page}exercises.html`, title, description, body, trail: [opening] };
}

/** What the page shows when the reader points at a name; most names have no docstring, and then it is left out. */
function hoversOf({ hovers, words }: Names): object {
  const names = [...hovers].map(([key, [type, doc]]) => [key, doc === "" ? type : [type, doc]]);
  return { names: Object.fromEntries(names), words };
}

/** The page of a file that a comment mentions: the nearest one of that name in the same package. */
function linkTo(from: string, mentioned: string, paths: ReadonlySet<string>): string | undefined {
  for (let folder = posix.dirname(from); folder.includes("/src"); folder = posix.dirname(folder)) {
    const path = posix.join(folder, mentioned);
    if (paths.has(path) && path !== from) return relative(from, path);
  }
  const [, name] = /^packages\/(\w+)\//.exec(from) ?? [];
  const others = [...paths].filter((path) => path.startsWith(`packages/${name}/`) && path.endsWith(`/${mentioned}`));
  return others.length === 1 && others[0] !== from ? relative(from, others[0]) : undefined;
}
