/** A plugin of markdown-it: the relative links of a page, which lead to files of the repository, lead to their addresses. */
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
      for (const token of tokens.flatMap(({ children }) => children ?? []))
        if (token.type === "link_open") {
          const href = token.attrGet("href") ?? "";
          const target = href.startsWith(SOURCE)
            ? { path: href.slice(SOURCE.length), hash: "" }
            : page === undefined
              ? undefined
              : targetOf(page, href);
          if (target === undefined || target.path === page) continue;
          const copy = pages.get(target.path) ?? pages.get(`${target.path}/README.md`);
          // VitePress checks links between its own pages. It must leave alone those that lead elsewhere on the site.
          if (copy !== undefined) token.attrSet("href", `/${copy}${target.hash}`);
          else {
            token.attrSet("href", base + addressOf(target.path) + target.hash);
            token.attrSet("target", "_self");
          }
        }
    });
  };
}
