/** The code of the docs in the colours of the book. Only TypeScript has colours; commands and output are plain. */
import { escaped, programHtml } from "../code/html.ts";

/** What VitePress shows for a block of code. Vue must not look for its own syntax in it: that is `v-pre`. */
export function codeHtml(code: string, language: string): string {
  const html = /^(ts|typescript|js|javascript)$/.test(language) ? programHtml(code) : escaped(code);
  return `<pre v-pre tabindex="0"><code>${html}</code></pre>`;
}
