/** What the search of the docs finds. */
import type { MarkdownEnv, MarkdownRenderer } from "vitepress";

/**
 * The text of a page as the search reads it. Of the API reference, that is each name with its docstring: parameters and
 * members have hundreds of headings that nobody would search for, such as "Parameters". Code and numbers are
 * left out.
 */
export function searchable(text: string, env: MarkdownEnv, md: MarkdownRenderer): string {
  const isApi = env.relativePath.startsWith("api/");
  const parts = text.split(/^(?=#{1,6} )/m).filter((part) => !isApi || !/^#{4,} /.test(part));
  const words = parts.map((part) => (isApi ? part.replace(/^(>|Defined in:|\|).*$/gm, "") : part)).join("");
  return md.render(words.replace(/^```[\s\S]*?^```$/gm, "").replace(/\d[\d.,]*/g, ""), env);
}
