/** Tensors as text, laid out as in NumPy. */
import { show } from "../shape.ts";
import { checkedTensor, type Tensor } from "../tensor.ts";
import { select } from "./axes.ts";

/** In tensors with more elements than this, long axes are shortened to their first and last EDGE entries. */
const SUMMARISE = 1000;
const EDGE = 3;

/**
 * A tensor as text, such as `tensor([[1, 2.5], [3, 4]])`, with up to six significant digits. Rows are on lines of their
 * own, with aligned columns. Tensors of more than 1000 elements are shortened, and show their shape.
 */
export function format(x: Tensor): string {
  checkedTensor("toString", x);
  const summary = x.size > SUMMARISE;
  const texts: string[] = [];
  collect(x, summary, texts);
  const width = Math.max(0, ...texts.map((text) => text.length));
  const suffix = summary || x.size === 0 ? `, shape=${show(x.shape)}` : "";
  return `tensor(${block(x, summary, texts.values(), width, "tensor(".length)}${suffix})`;
}

function shown(size: number, summary: boolean): (number | "...")[] {
  const all = Array.from({ length: size }, (_, i) => i);
  return summary && size > 2 * EDGE ? [...all.slice(0, EDGE), "...", ...all.slice(-EDGE)] : all;
}

function collect(x: Tensor, summary: boolean, texts: string[]): void {
  if (x.rank === 0) texts.push(number(x.data[x.offset]));
  else for (const i of shown(x.shape[0], summary)) if (i !== "...") collect(select(x, 0, i), summary, texts);
}

/** A number with as few digits as needed, and at most six significant ones. */
function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}

function block(x: Tensor, summary: boolean, texts: Iterator<string>, width: number, indent: number): string {
  if (x.rank === 0) return String(texts.next().value).padStart(width);
  const parts = shown(x.shape[0], summary).map((i) =>
    i === "..." ? "..." : block(select(x, 0, i), summary, texts, width, indent + 1),
  );
  const separator = x.rank === 1 ? ", " : `,${"\n".repeat(x.rank - 1)}${" ".repeat(indent + 1)}`;
  return `[${parts.join(separator)}]`;
}
