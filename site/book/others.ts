/** Files of the repository that are no source files of a package, such as tests and examples, if a page of the docs links to them. */
import { readdirSync, statSync } from "node:fs";
import { addressOf, pages, read, root, targetOf } from "../addresses.ts";
import { escaped, programHtml } from "../code/html.ts";
import type { Page } from "./layout.ts";
import { pageName } from "./places.ts";

/** The files and folders that the docs link to and that have no other page. */
export function otherFiles(): string[] {
  const linked = [...pages.keys()].flatMap((page) =>
    linksOf(read(page)).map((link) => targetOf(page, link)?.path.replace(/\/$/, "")),
  );
  const found = new Set(linked.filter((path) => path !== undefined));
  return [...found].filter((path) => addressOf(path)?.startsWith("book/files/")).sort();
}

function linksOf(markdown: string): string[] {
  const text = markdown
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ""));
  return [...text.matchAll(/\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]: (\S+)/gm)].map(([, a, b]) => a ?? b);
}

/** The page of such a file: its text. The page of a folder lists what is in it. */
export function otherPage(path: string): Page {
  const address = pageName(path);
  const isFolder = statSync(root + path).isDirectory();
  const body = `<h1>${escaped(path)}</h1>\n${isFolder ? listing(path) : text(path)}`;
  const name = isFolder ? `${address}index.html` : address;
  return { name, title: path, description: `${path}, as it is in the repository.`, body, trail: [] };
}

function text(path: string): string {
  const code = read(path);
  return `<pre class=whole tabindex=0>${/\.(ts|mjs|js)$/.test(path) ? programHtml(code) : escaped(code)}</pre>`;
}

function listing(path: string): string {
  const names = readdirSync(root + path).filter((name) => !/^(node_modules|dist|out)$/.test(name));
  return `<ul>${names.map((name) => `<li><code>${escaped(name)}</code></li>`).join("\n")}</ul>`;
}
