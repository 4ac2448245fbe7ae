/** The pictures of docs/graphs.md are what its programs print, drawn by Graphviz. */
import { graph } from "@polygrad/formats";
import { instance } from "@viz-js/viz";
import { variable } from "polygrad";
import { expect, test } from "vitest";
import { hostile } from "../../packages/formats/test/graph/hostile.ts";
import { list, read } from "../addresses.ts";
import { drawGraphs } from "../graphs.ts";

test("the stored pictures are those that are drawn anew; none is left over", async () => {
  const drawn = await drawGraphs();
  // To draw them again: pnpm exec tsx site/graphs.ts
  for (const { file, svg } of drawn) expect([file, read(file)]).toEqual([file, svg]);
  expect(drawn.map(({ file }) => file).sort()).toEqual(list("docs/graphs", ".svg"));
});

test.each(hostile)("Graphviz shows the name %j as it is", async (name) => {
  const viz = await instance();
  const x = variable([1, 2]);
  const svg = viz.renderString(graph(x.square(), { names: { [name]: x } }).toDot(), { format: "svg" });
  const [first] = svg.split(/<g id="node2"/);
  const shown = [...first.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => unescaped(text)).join("\n");
  expect(shown).toBe(name);
});

function unescaped(text: string): string {
  return text
    .replace(/&#(x?)([0-9a-f]+);/gi, (_, hex, code) =>
      String.fromCodePoint(Number.parseInt(code, hex === "" ? 10 : 16)),
    )
    .replace(/&(lt|gt|quot|apos);/g, (_, name: string) => ({ lt: "<", gt: ">", quot: '"', apos: "'" })[name] ?? "")
    .replace(/\u00a0/g, " ")
    .replace(/&amp;/g, "&");
}
