/** The WebAssembly that a kernel emits, as text: from the very assembler that compiles it when it is launched. */
import wabt from "wabt";
import type { Kernel } from "../../packages/tensor/src/kernels/kernel.ts";
import { assemble } from "../../packages/tensor/src/wasm/module.ts";
import { compact } from "./wat.ts";

/** The text of a compiled function, and the number of bytes of its module. */
export interface Emitted {
  readonly lines: readonly string[];
  readonly bytes: number;
}

/** The width of a line of text, in characters. */
const WIDTH = 60;

const toolkit = await wabt();

const words = (text: string) => text.split(" ").filter((word) => word !== "");

/** Compiles a kernel. Its parameters get these names in the text; each list is separated by spaces. */
export function emit<Settings extends object>(
  kernel: Kernel<Settings>,
  settings: Settings,
  operands: string,
  results: string,
  counts = "",
  scalars = "",
): Emitted {
  const { simd } = kernel;
  if (simd === undefined) throw new Error(`the book: ${kernel.name} has no SIMD code`);
  const bytes = assemble((f) => {
    const addresses = (list: string) => words(list).map(() => f.parameter("i32"));
    simd(
      f,
      {
        operands: addresses(operands),
        results: addresses(results),
        scratch: f.parameter("i32"),
        counts: addresses(counts),
        scalars: words(scalars).map(() => f.parameter("f64")),
      },
      settings,
    );
  }, false);
  const names = [...words(operands), ...words(results), "scratch", ...words(counts), ...words(scalars)];
  return { lines: compact(readable(textOf(bytes), names), WIDTH), bytes: bytes.length };
}

function textOf(bytes: Uint8Array): string {
  const module = toolkit.readWasm(bytes, { readDebugNames: false });
  try {
    module.generateNames();
    module.applyNames();
    return module.toText({ foldExprs: true, inlineExport: false });
  } finally {
    module.destroy();
  }
}

/** Only the function, with the parameters' own names. */
function readable(text: string, names: readonly string[]): string {
  const start = text.indexOf("  (func ");
  const end = text.lastIndexOf("\n  (export");
  return text
    .slice(start, end)
    .replace(/\(;\d+;\) /g, "")
    .replace(/^\(func \$\w+ \(type \$\w+\)/, "(func $kernel")
    .replace(/\$p(\d+)\b/g, (name, number) => (names[number] === undefined ? name : `$${names[number]}`));
}
