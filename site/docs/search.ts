/** What the search of the docs finds. */
import type { MarkdownEnv, MarkdownRenderer } from "vitepress";

/** Words that nobody searches for, outside of headings: an eighth of the index. */
const STOP =
  /(?<!^#.*)(?<=\s)(?:the|an?|of|is|and|in|that|it|its|are|for|not|to|or|as|with|by|if|from|what|on|has|which|so|no|does|be|at|them|they|over|there|have|their|how|one|two|each|every|same|other|than|then|these|this|only|can|must|may|you|your|we|up|out|into|more|such|both)(?=\s)/gim;

/**
 * The text of a page as the search reads it. Of the API reference, that is each name with its docstring: parameters and
 * members have hundreds of headings that nobody would search for, such as "Parameters". Code and numbers are
 * left out.
 */
export function searchable(text: string, env: MarkdownEnv, md: MarkdownRenderer): string {
  const isApi = env.relativePath.startsWith("api/");
  const parts = text.split(/^(?=#{1,6} )/m).filter((part) => !isApi || !/^#{4,} /.test(part));
  const words = parts.map((part) => (isApi ? part.replace(/^(>|Defined in:|\|).*$/gm, "") : part)).join("");
  return md.render(
    words
      .replace(/^```[\s\S]*?^```$/gm, "")
      .replace(/\d[\d.,]*/g, "")
      .replace(STOP, ""),
    env,
  );
}
