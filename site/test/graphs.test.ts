/** The pictures of docs/graphs.md are what its programs print, drawn by Graphviz. */
import { expect, test } from "vitest";
import { list, read } from "../addresses.ts";
import { drawGraphs } from "../graphs.ts";

test("the stored pictures are those that are drawn anew; none is left over", async () => {
  const drawn = await drawGraphs();
  // To draw them again: pnpm exec tsx site/graphs.ts
  for (const { file, svg } of drawn) expect([file, read(file)]).toEqual([file, svg]);
  expect(drawn.map(({ file }) => file).sort()).toEqual(list("docs/graphs", ".svg"));
});
