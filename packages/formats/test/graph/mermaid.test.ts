/**
 * Mermaid text by the part of its grammar that drawings use: Mermaid itself needs a browser. In labels, every character that could
 * mean something to it, to Markdown or to HTML must be a numbered entity.
 */
import { variable } from "@polygrad/autograd";
import { expect, test } from "vitest";
import { graph } from "../../src/index.ts";
import { hostile } from "./hostile.ts";

const label = /"((?:[\p{Letter}\p{Number} .,:=()[\]-]|#\d+;|<br>)*)"/u;
const lines: readonly RegExp[] = [
  /^flowchart (?:TD|LR)$/,
  new RegExp(`^ *subgraph c\\d+\\[${label.source}\\]$`, "u"),
  /^ *end$/,
  new RegExp(`^ *n\\d+\\(${label.source}\\):::(?:input|parameter|constant|operation|output)$`, "u"),
  new RegExp(`^ {2}n\\d+ -->(?:\\|${label.source}\\|)? n\\d+$`, "u"),
  /^ {2}classDef (?:input|parameter|constant|operation|output) fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#[0-9a-f]{6}$/,
];

test.each(hostile)("%j as a name keeps to the grammar, and can be read back", (name) => {
  const x = variable([1, 2]);
  const text = graph(x.square(), { names: { [name]: x } }).toMermaid();
  const all = text.trimEnd().split("\n");
  for (const line of all) expect([line, lines.some((form) => form.test(line))]).toEqual([line, true]);
  const [, written] = /n0\("(.*)"\)/u.exec(text) ?? [];
  const read = written.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  expect(read).toBe(name.replace(/\n/g, " "));
});

test("the grammar does not accept what is not escaped", () => {
  for (const wrong of ['  n0("a"b"):::input', '  n0("<b>"):::input', '  n0("a#quot;"):::input', '  n0("`x`"):::input'])
    expect(lines.some((form) => form.test(wrong))).toBe(false);
});
