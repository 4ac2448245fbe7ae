/** Plain text with code between backticks, as HTML. */
import { escaped } from "./svg.ts";

/** One line of text. */
export function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? `<code>${escaped(part.slice(1, -1))}</code>` : escaped(part)))
    .join("");
}

/** Paragraphs. */
export function paragraphs(text: string | readonly string[], className?: string): string {
  const start = className === undefined ? "<p>" : `<p class="${className}">`;
  return (typeof text === "string" ? [text] : text).map((each) => `${start}${inline(each)}</p>`).join("\n");
}
