/** The book is made of the sources: nothing is lost, nothing is added, and prose stays prose. */
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { addressOf, list, pages, read, targetOf } from "../addresses.ts";
import { chapters, filesOf } from "../book/order.ts";
import { proseHtml, wordsOf } from "../book/prose.ts";
import { samples } from "../book/samples.ts";
import { codeText, segmentsOf } from "../book/segments.ts";
import { compact } from "../book/wat.ts";
import { attributeOf, programHtml } from "../code/html.ts";
import { leavesOf, parse } from "../code/leaves.ts";
import { isCell } from "../docs/cells.ts";
import { withoutQuotes } from "../docs/quotes.ts";
import { slug } from "../docs/slug.ts";

const files = filesOf(chapters());

describe("the reading order", () => {
  test("is that of the docs, with every source file", () => {
    expect(files.map(({ number }) => number)).toEqual(files.map((_, k) => k + 1));
    const sources = ["tensor", "autograd", "nn", "data", "formats", "parallel", "sweep", "polygrad"].flatMap((name) =>
      list(`packages/${name}/src`, ".ts"),
    );
    expect(files.map(({ path }) => path).sort()).toEqual(sources.sort());
    expect(files.every(({ idea }) => idea.length > 5)).toBe(true);
  });

  test("has parts with titles, and an idea for each chapter", () => {
    const [tensor] = chapters();
    expect(tensor.parts.slice(0, 2).map(({ title }) => title)).toEqual([
      "What a tensor is",
      "Mathematical functions with the same bits everywhere",
    ]);
    expect(tensor.idea).toMatch(/^Arrays of floats/);
  });
});

describe("segments", () => {
  test.each(files.map(({ path }) => path))("%s: comments and code, put together, are the file", (path) => {
    const text = read(path);
    const segments = segmentsOf(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
    expect(segments.map((segment) => segment.comment + codeText(segment)).join("")).toBe(text);
    for (const { comment } of segments) expect(comment.trim()).toMatch(/^$|^\/\*\*[\s\S]*\*\/$|^\/\//);
    // No docstring is left in the code.
    for (const segment of segments) expect(codeText(segment)).not.toMatch(/^\s*\/\*\*/m);
  });

  test("comments inside functions stay in the code, docstrings of members do not", () => {
    const text =
      "/** Preface. */\nconst a = 1; // one\n\n// Two lines\n// of prose.\nfunction f() {\n  // inside\n  return a;\n}\n/** C. */\nclass C {\n  /** x. */\n  x = 1;\n}\n";
    const segments = segmentsOf(parse(text));
    expect(segments.map(({ comment }) => comment)).toEqual([
      "/** Preface. */\n",
      "// Two lines\n// of prose.\n",
      "/** C. */\n",
      "  /** x. */\n",
    ]);
    expect(codeText(segments[1])).toContain("  // inside\n");
  });
});

describe("tokens", () => {
  test("of templates, regular expressions and generics are put together again", () => {
    const text = "const a = `x\x24{b<string>(/[/]`*/g)}y`;\n/* c */ type T<A> = A extends B ? C : never; // d\n";
    const leaves = leavesOf(parse(text));
    expect(leaves.map((leaf) => leaf.text).join("")).toBe(text);
    expect(leaves.filter(({ colour }) => colour === "comment").map((leaf) => leaf.text)).toEqual(["/* c */", "// d"]);
    expect(leaves.filter(({ colour }) => colour === "keyword").map((leaf) => leaf.text)).toEqual(
      expect.arrayContaining(["const", "type", "extends", "never"]),
    );
  });

  test("are HTML that shows the very text", () => {
    const html = programHtml('if (a < b && "<i>") c();');
    expect(html).toContain('&lt; b &amp;&amp; <i>"&lt;i>"</i>');
  });
});

test("attributes have quotes where HTML needs them", () => {
  expect(attributeOf("href", "../a.html#B.c")).toBe(" href=../a.html#B.c");
  expect(["", "a b", 'a"b', "a=b", "a<b", "a&b"].map((value) => attributeOf("x", value))).toEqual(
    ["", "a b", "a&quot;b", "a=b", "a&lt;b", "a&amp;b"].map((value) => ` x="${value}"`),
  );
  expect(withoutQuotes('<a class="b" href="/c/" title="d e">"f"="g"</a><path d="M0"/>')).toBe(
    '<a class=b href=/c/ title="d e">"f"="g"</a><path d="M0"/>',
  );
});

describe("prose", () => {
  test("comments lose their stars, and keep paragraphs", () => {
    expect(wordsOf("  /**\n   * One\n   * two.\n   *\n   *     code\n   */\n")).toBe("One\ntwo.\n\n    code");
    expect(wordsOf("// a\n// b\n")).toBe("a\nb");
  });

  test("names and files that are known become links; a tag begins a paragraph", () => {
    const lookup = (name: string) =>
      new Map([
        ["sums.ts", "s.html"],
        ["sum", "#sum"],
      ]).get(name);
    const html = proseHtml("/** See sums.ts, `sum` and `other`, not a * b * c. @throws Error if x < 0 */", lookup);
    expect(html).toContain("<a href=s.html>sums.ts</a>");
    expect(html).toContain("<a href=#sum><code>sum</code></a>");
    expect(html).toContain("<code>other</code>, not a * b * c.</p>");
    expect(html).toContain("<p><em>Throws</em> Error if x &lt; 0</p>");
  });
});

describe("kernels", () => {
  test("every kernel that is exported as a constant has its three views", () => {
    const exported = list("packages/tensor/src/kernels", ".ts").flatMap((path) =>
      [...read(path).matchAll(/^export const (\w+): Kernel</gm)].map(([, name]) => name),
    );
    expect(exported.length).toBeGreaterThan(30);
    expect(samples.map(({ simd }) => simd.split(".")[0])).toEqual(expect.arrayContaining(exported));
  });

  test("their text has the names of their parameters, and the loop", () => {
    const [add] = samples;
    expect(add.emitted.lines.join("\n")).toContain("(f32x4.add ");
    expect(add.emitted.lines[1]).toContain("(param $a i32) (param $b i32) (param $y i32)");
    expect(add.twin).toBe("eachRow");
  });

  test("the text is folded into lines that fit, with reads of locals as names", () => {
    const text = "(func $f (param $x i32) (type $t0) (local.set $y (i32.add (local.get $x) (i32.const 4))) (nop))";
    expect(compact(text, 200)).toEqual(["(func $f (param $x i32) (local.set $y (i32.add $x 4)) (nop))"]);
    expect(compact(text, 32)).toEqual(["(func $f", "  (param $x i32)", "  (local.set $y (i32.add $x 4))", "  (nop))"]);
  });
});

describe("addresses", () => {
  test("sources lead to the book, pages to the docs, READMEs of packages to theirs", () => {
    expect(addressOf("packages/tensor/src/ops/view.ts")).toBe("book/tensor/ops/view.html");
    expect(addressOf("packages/tensor/src/index.ts")).toBe("book/tensor/index.ts.html");
    expect(addressOf("packages/tensor/src/ops")).toBe("book/tensor/");
    expect(addressOf("docs/results/README.md")).toBe("results/");
    expect(addressOf("packages/nn")).toBe("packages/nn.html");
    expect(addressOf("examples/tour.ts")).toBe("book/files/examples/tour.ts.html");
    expect(() => addressOf("docs/none.md")).toThrow("no file docs/none.md");
  });

  test("links are relative to their page", () => {
    expect(targetOf("docs/a.md", "../README.md#x")).toEqual({ path: "README.md", hash: "#x" });
    expect(targetOf("docs/a.md", "#x")).toEqual({ path: "docs/a.md", hash: "#x" });
    expect(targetOf("docs/a.md", "https://example.org")).toBeUndefined();
  });

  test("no two pages have one address", () => {
    expect(new Set(pages.values()).size).toBe(pages.size);
  });
});

test("programs for browsers are cells; others, and parts of programs, are not", () => {
  const fence = (info: string, content: string) => isCell({ info, content });
  expect(fence("ts", 'import { tensor } from "polygrad";\n')).toBe(true);
  expect(fence("ts", 'import {\n  tensor,\n} from "@polygrad/tensor";\n')).toBe(true);
  expect(fence("ts", 'import { mnist } from "polygrad/node";\n')).toBe(false);
  expect(fence("ts no-run", 'import { tensor } from "polygrad";\n')).toBe(false);
  expect(fence("typescript packages/a.ts", 'import { tensor } from "polygrad";\n')).toBe(false);
});

test("headings have the anchors that GitHub gives them", () => {
  expect(slug("A `b` c, d!")).toBe("a-b-c-d");
});
