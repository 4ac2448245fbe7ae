/**
 * `pnpm exec tsx site/graphs.ts` draws the pictures of docs/graphs.md.
 *
 * An image in docs/graphs/ belongs to the program before it, which prints it in DOT. Graphviz draws it, and the colours are put
 * into a style sheet, so that they follow the reader's colour scheme. A test compares the files with what is drawn anew.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { instance } from "@viz-js/viz";
import { read, root } from "./addresses.ts";

/** A picture of the docs. */
export interface Picture {
  /** "docs/graphs/neuron.svg". */
  readonly file: string;
  readonly svg: string;
}

/** Runs the programs of the page and draws what they print. */
export async function drawGraphs(): Promise<Picture[]> {
  const viz = await instance();
  const page = read("docs/graphs.md");
  const found = page.matchAll(/^```ts\n([\s\S]*?)^```\n\n!\[([^\]]*)\]\((graphs\/[\w-]+\.svg)\)$/gm);
  return Promise.all(
    [...found].map(async ([, program, title, file]) => {
      const dot = await printedBy(program);
      return { file: `docs/${file}`, svg: styled(viz.renderString(dot, { format: "svg" }), title) };
    }),
  );
}

/** What a program prints. It lies inside the repository, so that imports resolve as in the docs' tests. */
async function printedBy(program: string): Promise<string> {
  mkdirSync(join(root, "out"), { recursive: true });
  const directory = mkdtempSync(join(root, "out", "graphs-"));
  try {
    const file = join(directory, "program.ts");
    writeFileSync(file, program);
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", file], {
      cwd: join(root, "examples"),
    });
    return stdout;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const style = `
  text { fill: #1f2933; font-family: Helvetica, Arial, "Liberation Sans", sans-serif }
  .graph > polygon { fill: #fff }
  .node path, .node polygon { stroke: #7a869a; stroke-width: .8 }
  .node text:first-of-type { font-weight: 600 }
  .node text:not(:first-of-type) { font-size: 11px }
  .node.constant text { font-weight: 400 }
  .input path { fill: #cfe8d5 }
  .parameter path { fill: #fde3b4 }
  .constant path { fill: #e8e8e8 }
  .operation path { fill: #d6e4f7 }
  .output path { fill: #f4cfd6 }
  .cluster path { fill: #8892a0; fill-opacity: .07; stroke: #a9b4c4 }
  .cluster text, .edge text { fill: #5a6678 }
  .cluster text { font-size: 11px }
  .edge path { stroke: #7a869a }
  .edge polygon { fill: #7a869a; stroke: #7a869a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .graph > polygon { fill: #0d1117 }
    .node path, .node polygon { stroke: #5b6776 }
    .input path { fill: #1f4a33 }
    .parameter path { fill: #5a4414 }
    .constant path { fill: #3a4048 }
    .operation path { fill: #1e3f66 }
    .output path { fill: #662a38 }
    .cluster path { stroke: #4a5563 }
    .cluster text, .edge text { fill: #9aa4af }
    .edge path { stroke: #7b8794 }
    .edge polygon { fill: #7b8794; stroke: #7b8794 }
  }
`;

/** Graphviz's drawing with a title and the style sheet, in pixels, without its comments and tooltips. */
function styled(svg: string, title: string): string {
  return svg
    .replace(/^[\s\S]*?(?=<svg)/, "")
    .replace(/<!--[\s\S]*?-->\n?/g, "")
    .replace(/<title>[\s\S]*?<\/title>\n?/g, "")
    .replace(/<svg width="(\d+)pt" height="(\d+)pt"\s*/, '<svg width="$1" height="$2" role="img" ')
    .replace(/ font-family="[^"]*"/g, "")
    .replace(/(<svg[^>]*>)/, (tag) => `${tag}\n<title>${title}</title>\n<style>${style}</style>`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(root, "docs/graphs"), { recursive: true });
  for (const { file, svg } of await drawGraphs()) {
    writeFileSync(join(root, file), svg);
    console.log(`${file}: ${svg.length} bytes`);
  }
}
