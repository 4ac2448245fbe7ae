/** Each kernel of a page three times, side by side: its SIMD code in TypeScript, its twin, and the WebAssembly. */
import ts from "typescript";
import { escaped } from "../code/html.ts";
import { type Leaf, leavesOf } from "../code/leaves.ts";
import type { Library } from "./library.ts";
import type { Names } from "./names.ts";
import { type Sample, samples } from "./samples.ts";

/** Longer code is cut off: the sums of a tile are written out, so it is much of the same. */
const MOST_LINES = 140;

/** The views of all kernels of a file, or nothing if it has none. `names` writes the code of its page. */
export function kernelViews(library: Library, file: string, names: Names): string {
  const own = samples.filter((sample) => file === `packages/tensor/src/kernels/${sample.file}.ts`);
  if (own.length === 0) return "";
  return `<section class="kernels" aria-label="Kernels">
<h2>Kernel, twin and WebAssembly</h2>
<p class="lead">The same loop three times. The WebAssembly is what the kernel emits for the sizes that are given. In it, <code>$x</code> stands for <code>(local.get $x)</code> and <code>4</code> for <code>(i32.const 4)</code>.</p>
${own.map((sample, k) => view(sample, k, library, file, names)).join("\n")}
</section>`;
}

function view(sample: Sample, number: number, library: Library, file: string, names: Names): string {
  const { title, simd, twin, sizes, emitted } = sample;
  const source = library.source(file);
  const code = (path: string) => names.html(leavesOfDefinition(source, path));
  const shown = emitted.lines.slice(0, MOST_LINES);
  const rest = emitted.lines.length - shown.length;
  const more = rest > 0 ? `\n;; ... and ${rest} more lines` : "";
  const onePlace = twin === undefined && simd.endsWith(".row");
  const panels: readonly (readonly [label: string, html: string, kind?: string])[] = [
    [onePlace ? "SIMD code and twin: one program" : "SIMD code", code(simd)],
    ...(twin === undefined ? [] : ([["Twin", code(twin)]] as const)),
    [`WebAssembly, ${emitted.bytes} bytes`, watHtml(shown.join("\n") + more), " class=wat"],
  ];
  const columns = panels.map(
    ([label, html, kind = ""]) =>
      `<div class=panel><h4>${label}</h4><pre${kind} tabindex=0 aria-label="${label} of ${escaped(title)}">${html}</pre></div>`,
  );
  const said = sizes === "" ? "" : ` <span class="sizes">${escaped(sizes)}</span>`;
  return `<h3 id="kernel-${number}">${escaped(title)}${said}</h3>\n<div class="panels">${columns.join("")}</div>`;
}

function watHtml(text: string): string {
  return escaped(text).replace(/\(([\w.]+)/g, "(<b>$1</b>");
}

/** The tokens of a definition, at the left margin: of a function, or of a method of what a function or a constant holds. */
function leavesOfDefinition(source: ts.SourceFile, path: string): Leaf[] {
  let node: ts.Node = source;
  for (const name of path.split(".")) {
    const inner = named(node, name);
    if (inner === undefined) throw new Error(`the book: ${source.fileName} has no ${path}, of which samples.ts speaks`);
    node = inner;
  }
  const [start, end] = [node.getStart(source, false), node.end];
  const { character: column } = source.getLineAndCharacterOfPosition(start);
  const margin = new RegExp(`\\n {0,${column}}`, "g");
  return leavesOf(source)
    .filter((leaf) => leaf.start >= start && leaf.start < end)
    .map((leaf) => (leaf.node === undefined && column > 0 ? { ...leaf, text: leaf.text.replace(margin, "\n") } : leaf));
}

/** The first definition of that name below a node. */
function named(node: ts.Node, name: string): ts.Node | undefined {
  return ts.forEachChild(node, (child) => {
    const isDefinition = ts.isFunctionLike(child) || ts.isVariableDeclaration(child) || ts.isPropertyAssignment(child);
    const isIt = isDefinition && child.name !== undefined && ts.isIdentifier(child.name) && child.name.text === name;
    return isIt ? child : named(child, name);
  });
}
