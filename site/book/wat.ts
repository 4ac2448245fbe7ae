/** Prints the text format of WebAssembly in few lines: what fits into a line is in one, and reads of locals are names. */

/** An atom, or a list in parentheses. */
type Node = string | readonly Node[];

/**
 * The text in lines of at most `width` characters where that can be done. `(local.get $x)` is written `$x`, and
 * `(i32.const 4)` is written `4`; the alignment of loads and stores, which is always 1, and the
 * number of the function's type are left out.
 */
export function compact(text: string, width: number): string[] {
  const [tree] = parse(text.match(/\(|\)|[^\s()]+/g) ?? []);
  return lines(simplified(tree), width);
}

function parse(tokens: readonly string[]): Node[] {
  const stack: Node[][] = [[]];
  for (const token of tokens) {
    const top = stack[stack.length - 1];
    if (token === "(") {
      const list: Node[] = [];
      top.push(list);
      stack.push(list);
    } else if (token === ")") stack.pop();
    else top.push(token);
  }
  return stack[0];
}

function simplified(node: Node): Node {
  if (typeof node === "string") return node;
  const [head, first] = node;
  if ((head === "local.get" || head === "i32.const") && node.length === 2) return first;
  return node.filter((part) => part !== "align=1" && part[0] !== "type").map(simplified);
}

function lines(node: Node, width: number): string[] {
  const line = flat(node);
  if (typeof node === "string" || line.length <= width) return [line];
  // The head and the atoms after it stay on the first line; each list below gets lines of its own.
  const firstList = node.findIndex((part, k) => k > 0 && typeof part !== "string");
  const [atoms, lists] = firstList < 0 ? [node, []] : [node.slice(0, firstList), node.slice(firstList)];
  const isHeader = (part: Node) => typeof part !== "string" && (part[0] === "param" || part[0] === "local");
  const headers = lists.filter(isHeader).map(flat);
  const body = lists.filter((part) => !isHeader(part)).flatMap((part) => lines(part, width - 2));
  const all = [
    `(${atoms.map(flat).join(" ")}`,
    ...wrapped(headers, width).map((text) => `  ${text}`),
    ...body.map((text) => `  ${text}`),
  ];
  return [...all.slice(0, -1), `${all[all.length - 1]})`];
}

function wrapped(words: readonly string[], width: number): string[] {
  const rows: string[] = [];
  for (const word of words) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= width) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
}

function flat(node: Node): string {
  return typeof node === "string" ? node : `(${node.map(flat).join(" ")})`;
}
