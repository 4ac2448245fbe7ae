/** A plugin of markdown-it: the relative links of a page, which lead to files of the repository, lead to their addresses. */
import type Token from "markdown-it/lib/token.mjs";
import type { MarkdownRenderer } from "vitepress";
import { addressOf, pages, targetOf } from "../addresses.ts";

/** The page of the repository that a copy was made from. */
const origins: ReadonlyMap<string, string> = new Map([...pages].map(([file, copy]) => [copy, file]));

/** What a link of the API reference to a source file begins with. */
const SOURCE = "repository:";

export function links(base: string): (md: MarkdownRenderer) => void {
  return (md) => {
    md.core.ruler.push("repository links", ({ tokens, env }) => {
      const page = origins.get(env.relativePath);
      for (const { children } of tokens)
        for (const [k, token] of children?.entries() ?? []) {
          if (token.type !== "link_open" || children === null) continue;
          const target = targetIn(page, token.attrGet("href") ?? "");
          if (target === undefined || target.path === page) continue;
          const copy = pages.get(target.path) ?? pages.get(`${target.path}/README.md`);
          const address = addressOf(target.path);
          // VitePress checks links between its own pages. It must leave alone those that lead elsewhere on the site.
          if (copy !== undefined) token.attrSet("href", `/${copy}${target.hash}`);
          else if (address !== undefined) {
            token.attrSet("href", base + address + target.hash);
            token.attrSet("target", "_self");
          } else removeLink(children, k);
        }
    });
  };
}

function targetIn(page: string | undefined, href: string): ReturnType<typeof targetOf> {
  if (href.startsWith(SOURCE)) return { path: href.slice(SOURCE.length), hash: "" };
  return page === undefined ? undefined : targetOf(page, href);
}

/** Leaves the words of the link that begins at this token. */
function removeLink(tokens: Token[], start: number): void {
  const end = tokens.findIndex(({ type }, k) => k > start && type === "link_close");
  for (const k of [start, end]) {
    tokens[k].type = "text";
    tokens[k].content = "";
    tokens[k].nesting = 0;
  }
}
