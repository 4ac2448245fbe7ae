/** A plugin of markdown-it: programs of the docs that a browser can run become cells. */
import type { MarkdownRenderer } from "vitepress";
import { attribute } from "../code/html.ts";

/** What a cell can import: what runs in browsers. */
const BROWSER = /^(polygrad|@polygrad\/(tensor|autograd|nn|data|formats))$/;

/** A block of Markdown that is fenced by backticks. */
interface Fence {
  readonly info: string;
  readonly content: string;
}

/**
 * Whether a block is a program that runs by itself in a browser. As in packages/polygrad/test/documentation.test.ts,
 * whose tests run all programs, "```ts" begins a program, "```ts no-run" and "```ts name.ts" do not.
 */
export function isCell({ info, content }: Fence): boolean {
  const imports = [...content.matchAll(/ from "([^"]+)"|^import "([^"]+)"/gm)].map(([, a, b]) => a ?? b);
  return info.trim() === "ts" && imports.length > 0 && imports.every((name) => BROWSER.test(name));
}

export function cells(md: MarkdownRenderer): void {
  const { fence } = md.renderer.rules;
  if (fence === undefined) throw new Error("cells: markdown-it has no rule for blocks of code");
  md.renderer.rules.fence = (tokens, k, options, env, self) => {
    const html = fence(tokens, k, options, env, self);
    if (!isCell(tokens[k])) return html;
    const next = tokens[k + 1];
    const output = next?.type === "fence" && next.info.trim() === "text" ? ` output="${attribute(next.content)}"` : "";
    return `<live-cell v-pre${output}>${html}</live-cell>`;
  };
}
