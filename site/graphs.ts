/**
 * `pnpm exec tsx site/graphs.ts` draws the pictures of docs/graphs.md.
 *
 * An image in docs/graphs/ belongs to the program before it, which prints it in DOT. The style sheet is put into the file. A test
 * compares the files with what is drawn anew.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { read, root } from "./addresses.ts";
import { drawn } from "./drawing.ts";

/** A picture of the docs. */
export interface Picture {
  /** "docs/graphs/neuron.svg". */
  readonly file: string;
  readonly svg: string;
}

/** Runs the programs of the page and draws what they print. */
export async function drawGraphs(): Promise<Picture[]> {
  const page = read("docs/graphs.md");
  const found = page.matchAll(/^```ts\n([\s\S]*?)^```\n\n!\[([^\]]*)\]\((graphs\/[\w-]+\.svg)\)$/gm);
  return Promise.all(
    [...found].map(async ([, program, title, file]) => {
      const dot = await printedBy(program);
      const svg = (await drawn(dot, title)).replace("</title>", `</title>\n<style>${style}</style>`);
      return { file: `docs/${file}`, svg };
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

/** A file of its own has no page whose colours it could follow: it asks the reader's system. */
const style = `
.drawing { color-scheme: light dark }
${read("site/style/drawing.css").replace(/\/\*[\s\S]*?\*\/\n/g, "")}
.drawing .graph > polygon { fill: light-dark(#fff, #0d1117) }
`.replace(/\n+(?=\n)/g, "");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(root, "docs/graphs"), { recursive: true });
  for (const { file, svg } of await drawGraphs()) {
    writeFileSync(join(root, file), svg);
    console.log(`${file}: ${svg.length} bytes`);
  }
}
