/** The pictures of the book are on the pages of files that exist, and show the computations of their programs. */
import { existsSync } from "node:fs";
import type { Graph } from "@polygrad/formats";
import { describe, expect, test } from "vitest";
import { list, read, root } from "../addresses.ts";
import { chapters, filesOf } from "../book/order.ts";
import { drawPictures, pictures } from "../book/pictures.ts";

const html = await drawPictures();

/** The drawings on a page: the title of each, the first line of each node, and how many arrows there are. */
function shownOn(file: string): { title: string; nodes: string[]; arrows: number }[] {
  return [...(html.get(file) ?? "").matchAll(/<svg[\s\S]*?<\/svg>/g)].map(([svg]) => ({
    title: /<title>(.*)<\/title>/.exec(svg)?.[1] ?? "",
    nodes: [...svg.matchAll(/<g class="node[\s\S]*?<text[^>]*>([^<]*)</g)].map(([, line]) => line),
    arrows: svg.match(/<g class="edge/g)?.length ?? 0,
  }));
}

/** The names of a drawing's nodes, of which constants have none; inside of its layer, "layers.0.weight" is "weight". */
const namesOf = ({ nodes }: Graph) => nodes.flatMap(({ name, op }) => name?.replace(/^layers\.\d+\./, "") ?? op ?? []);

test("each is on the page of a source file, and every program has one", () => {
  const files = filesOf(chapters()).map(({ path }) => path);
  expect(files).toEqual(expect.arrayContaining(pictures.map(({ file }) => file)));
  expect([...html.keys()]).toEqual(pictures.map(({ file }) => file));
  const programs = list("site/book/pictures", ".ts").map((path) => path.replace(/^.*\/|\.ts$/g, ""));
  expect(pictures.map(({ name }) => name).sort()).toEqual(programs);
});

test.each(pictures)(
  "$file: all nodes and arrows of its program, with a title, no ids and no colours of its own",
  ({ file, drawings }) => {
    const shown = shownOn(file);
    expect(shown.map(({ title }) => title)).toEqual(Object.keys(drawings));
    for (const [k, graph] of Object.values(drawings).entries()) {
      expect(shown[k].nodes).toEqual(expect.arrayContaining(namesOf(graph)));
      expect(shown[k].nodes.length).toBe(graph.nodes.length);
      expect(shown[k].arrows).toBe(graph.edges.length);
    }
    const page = html.get(file) ?? "";
    expect(page.match(/<svg class="drawing" [^>]*role="img"/g)?.length).toBe(shown.length);
    expect(page).not.toMatch(/<svg[^>]* id=|<g id=|<style/);
  },
);

describe("what the captions say", () => {
  const figuresOf = (file: string, title: string) =>
    Object.fromEntries(
      pictures
        .find((each) => each.file === `packages/${file}`)
        ?.drawings[title].nodes.map(({ name, op, value, gradient }) => [name ?? op, { value, gradient }]) ?? [],
    );

  test("walk.ts: x gets 27 from two operations", () => {
    expect(figuresOf("autograd/src/walk.ts", "x² · x")).toEqual({
      x: { value: [3], gradient: [27] },
      square: { value: [9], gradient: [3] },
      mul: { value: [27], gradient: [1] },
    });
  });

  test("softmax.ts, fused.ts, polynomial.ts: what operations are composed of", () => {
    const ops = (file: string) => shownOn(`packages/${file}`).map(({ nodes }) => nodes.sort());
    expect(ops("tensor/src/ops/softmax.ts")).toEqual([
      ["3", "div", "exp", "sub", "sum", "x"],
      ["3", "exp", "log", "sub", "sub", "sum", "x"],
    ]);
    const [kernel, composite] = ops("autograd/src/rules/fused.ts");
    expect(kernel).toEqual(["bias", "layerNorm", "weight", "x"]);
    expect(composite).toEqual(expect.arrayContaining(["square", "sqrt", "0.00001", "div", "mul", "add"]));
    expect(composite).not.toContain("layerNorm");
    const [runs, unfolded] = ops("nn/src/polynomial.ts");
    expect(runs).toEqual(["add", "bias", "polynomial", "weight", "x"]);
    expect(unfolded).toEqual(expect.arrayContaining(["tanh", "pow", "[4]", "slice", "matmul"]));
    expect(ops("nn/src/sequential.ts")[0].filter((op) => op === "linear").length).toBe(2);
  });

  test("loss.ts: the gradient is softmax minus one-hot, in both drawings", () => {
    const powers = [1, 2, 3].map(Math.exp);
    const total = powers.reduce((a, b) => a + b);
    for (const title of ["The kernel", "The composite"]) {
      const { gradient } = figuresOf("nn/src/loss.ts", title).logits;
      if (!Array.isArray(gradient)) throw new Error("all three elements are shown");
      for (const [k, power] of powers.entries()) expect(gradient[k]).toBeCloseTo(power / total - Number(k === 2), 5);
    }
  });
});

test("the programs are shown as they are", () => {
  for (const { file, name } of pictures) {
    expect(existsSync(root + file)).toBe(true);
    const [, shown] = /<pre[^>]*>([\s\S]*?)<\/pre>/.exec(html.get(file) ?? "") ?? [];
    const text = shown
      .replace(/<[^>]*>/g, "")
      .replace(/&lt;/g, "<")
      .replace(/&amp;/g, "&");
    expect(text).toBe(read(`site/book/pictures/${name}.ts`));
  }
});
