/** The files of the built site: every link leads somewhere, nothing comes from another host, and all of it is small. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { addressOf, list, read } from "../../addresses.ts";
import { chapters, filesOf } from "../../book/order.ts";
import { entryPoints } from "../../docs/entry-points.ts";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const base = process.env.SITE_BASE ?? "/";
const files = new Set(
  readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => statSync(dist + file).isFile()),
);
/** The pages of docs and book. The playground draws its own. */
const pages = [...files].filter((file) => file.endsWith(".html") && !file.startsWith("play/"));
const textOf = new Map(pages.map((page) => [page, readFileSync(dist + page, "utf8")]));
const anchorsOf = new Map(
  [...textOf].map(([page, text]) => [
    page,
    new Set([...text.matchAll(/ (?:id|name)=(?:"([^"]*)"|([^\s">]+))/g)].map(([, a, b]) => unescaped(a ?? b))),
  ]),
);

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => characters[name]);
}

/** The file that a link of a page leads to, and the anchor in it. Undefined for other hosts. */
function targetOf(page: string, link: string): { readonly file: string; readonly anchor: string } | undefined {
  if (/^(?:[a-z]+:|\/\/)/.test(link)) return undefined;
  const [path, anchor = ""] = link.split("#").map((part) => decodeURIComponent(part));
  const whole = path.startsWith("/") ? path.slice(base.length) : posix.join(posix.dirname(page), path);
  const file = path === "" ? page : posix.normalize(whole === "" ? "." : whole);
  return { file: files.has(file) ? file : posix.join(file, "index.html"), anchor };
}

test("every link of every page leads to a file, and to an anchor that it has", () => {
  const broken: string[] = [];
  let count = 0;
  for (const [page, text] of textOf)
    for (const [, quoted, bare] of text.matchAll(
      /<(?:a|link|script|img)\b[^>]*? (?:href|src)=(?:"([^"]*)"|([^\s">]+))/g,
    )) {
      count++;
      const link = unescaped(quoted ?? bare);
      const target = targetOf(page, link);
      if (target === undefined) continue;
      const { file, anchor } = target;
      const isAnchored = anchor === "" || file.startsWith("play/") || anchorsOf.get(file)?.has(anchor);
      if (!files.has(file) || !isAnchored) broken.push(`${page}: ${link}`);
    }
  expect(broken).toEqual([]);
  expect(count).toBeGreaterThan(20_000);
});

test("no page, style sheet or script loads anything from another host", () => {
  const found: string[] = [];
  for (const [page, text] of textOf)
    for (const [element] of text.matchAll(
      /<(?:link|script|img|iframe|source|video|audio)\b[^>]* (?:href|src)="?(?:https?:)?\/\/[^>]*>/g,
    ))
      found.push(`${page}: ${element}`);
  for (const file of files)
    if (
      file.endsWith(".css") &&
      /url\(["']?(?:https?:)?\/\/|@import ["'](?:https?:)?\/\//.test(readFileSync(dist + file, "utf8"))
    )
      found.push(file);
  expect(found).toEqual([]);
});

test("all files together have less than 12 MB", () => {
  const bytes = [...files].reduce((sum, file) => sum + statSync(dist + file).size, 0);
  expect(bytes).toBeLessThan(12_000_000);
});

test("the pages of the book name no file that is not there", () => {
  for (const { path } of filesOf(chapters())) {
    const page = addressOf(path) ?? "";
    expect([page, posix.join(posix.dirname(page), "types")].filter((file) => !files.has(file))).toEqual([]);
  }
});

test("no hint names a folder of the machine that has built the book", () => {
  const hints = [...files].filter((file) => /^book\/.*\btypes$/.test(file));
  const texts = hints.map((file) => inflateRawSync(readFileSync(dist + file)).toString());
  expect(texts.join("").length).toBeGreaterThan(1_000_000);
  expect(texts.join("").match(/import\(\\?"\/.{40}/g)).toBeNull();
});

describe("the code of a page is the code of the file", () => {
  /** The source without the comments that the page shows as prose: docstrings, and comments at the left margin. */
  const withoutProse = (text: string) => text.replace(/^[ \t]*\/\*\*[\s\S]*?\*\/\n/gm, "").replace(/^\/\/.*\n/gm, "");

  test("line for line, in every page", () => {
    const wrong = filesOf(chapters()).filter(({ path }) => {
      const html = textOf.get(addressOf(path) ?? "") ?? "";
      const source = html.slice(html.indexOf("<div class=source>"), html.indexOf('<section class="kernels"') >>> 0);
      // The parser of HTML drops a line end that comes first in a `pre`.
      const code = [
        ...source.replace(/<div class=prose>[\s\S]*?<\/div>/g, "").matchAll(/<pre[^>]*>([\s\S]*?)<\/pre>/g),
      ].map(([, part]) => unescaped(part.replace(/<[^>]*>/g, "")));
      return code.join("").replace(/\n+/g, "\n").trim() !== withoutProse(read(path)).replace(/\n+/g, "\n").trim();
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

describe("the API reference", () => {
  test("has every public name of every package", () => {
    const lists = read("packages/polygrad/test/api.txt").trim().split("\n\n");
    expect(lists.length).toBe(entryPoints.length);
    const missing = lists.flatMap((block) => {
      const [title, ...names] = block.split("\n").map((line) => line.trim().replace(/^type /, ""));
      const html = textOf.get(`api/${title.replace("@polygrad/", "")}.html`) ?? "";
      const headings = new Set(
        [...html.matchAll(/<h3 id=[^>]*>(.*?) <a class=header-anchor/g)].map(([, heading]) =>
          heading
            .replace(/<[^>]*>/g, "")
            .replace(/^abstract /, "")
            .replace(/\(\)$|&lt;.*$/g, ""),
        ),
      );
      return names.filter((name) => !headings.has(name)).map((name) => `${title}: ${name}`);
    });
    expect(missing).toEqual([]);
  });
});

test("the docs have a page for every page of the repository's docs", () => {
  const expected = list("docs", ".md").map((file) =>
    file
      .replace(/^docs\//, "")
      .replace(/README\.md$/, "index.md")
      .replace(/\.md$/, ".html"),
  );
  expect(expected.filter((page) => !files.has(page))).toEqual([]);
});
