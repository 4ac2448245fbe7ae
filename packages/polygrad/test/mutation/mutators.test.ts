/** The mutators propose every small change of a program, and nothing in types or messages; explanations are current. */
import { describe, expect, test } from "vitest";
import { explained } from "./equivalent.ts";
import { changed } from "./mutant.ts";
import { mutantsOf } from "./mutators.ts";
import { reportOf } from "./report.ts";
import { read } from "./session.ts";

/** The lines that the mutants of a program have instead of its own. */
const after = (text: string): string[] => mutantsOf("program.ts", text).map((mutant) => mutant.after);

describe("mutants", () => {
  test("of operators, conditions and numbers", () => {
    expect(after("const y = a + 1;").sort()).toEqual(["const y = a + 0;", "const y = a + 2;", "const y = a - 1;"]);
    expect(after("const y = a < b;")).toEqual(["const y = a <= b;", "const y = a >= b;"]);
    expect(after("const y = p && !q;").sort()).toEqual(["const y = p && q;", "const y = p || !q;"]);
    expect(after("const y = p ? 0.5 : -x;").sort()).toEqual([
      "const y = Boolean(false) ? 0.5 : -x;",
      "const y = Boolean(true) ? 0.5 : -x;",
      "const y = p ? 0.5 : x;",
      "const y = p ? 1.5 : -x;",
    ]);
    expect(after("const y = p ?? true;").sort()).toEqual(["const y = p ?? false;", "const y = p;", "const y = true;"]);
  });

  test("of statements and loops", () => {
    expect(after("n++;").sort()).toEqual(["n--;", "{}"]);
    expect(after("for (; p; ) continue;").sort()).toEqual(["for (; Boolean(false); ) continue;", "for (; p; ) {}"]);
    expect(after("if (p) f();").sort()).toEqual(["if (Boolean(false)) f();", "if (Boolean(true)) f();", "if (p) {}"]);
  });

  test("of methods, their arguments, and their calls", () => {
    expect(after("const y = g.mul(x);").sort()).toEqual(["const y = g.div(x);", "const y = g;"]);
    expect(after("const y = g.sub(a, b);").sort()).toEqual([
      "const y = g.add(a, b);",
      "const y = g.sub(b, a);",
      "const y = g;",
    ]);
    expect(after("const y = Math.max(a, b);")).toEqual(["const y = Math.min(a, b);"]);
    expect(after("const y = a?.size;")).toEqual(["const y = a.size;"]);
  });

  test("not of types, imports, messages and comments", () => {
    expect(after('import { a } from "sum"; type Pair = [0, 1]; interface Two { max: 2 } // 1 + 1')).toEqual([]);
    expect(after(`throw new Error("got " + (n + 1));`)).toEqual([]);
    expect(after(`const text = "got " + n;`)).toEqual([]);
  });

  test("change one place", () => {
    const [first] = mutantsOf("program.ts", "const x = 2;\nconst y = 2;\n");
    expect(first).toMatchObject({ line: 1, before: "const x = 2;", after: "const x = 3;" });
    expect(changed("const x = 2;\nconst y = 2;\n", [first])).toBe("const x = 3;\nconst y = 2;\n");
  });
});

test("the report counts, and lists survivors", () => {
  const [mutant, other] = mutantsOf("program.ts", "const y = a < b;");
  const report = reportOf([
    { mutant, state: "killed" },
    { mutant, state: "timed out" },
    { mutant, state: "explained" },
    { mutant: other, state: "survived" },
  ]);
  expect(report.split("\n").map((line) => line.replaceAll(/\s+/g, " "))).toEqual([
    "file mutants killed timed out explained survived score",
    "program.ts 4 1 1 1 1 66.7 %",
    "all 4 1 1 1 1 66.7 %",
    "",
    "survived: program.ts:1",
    " - const y = a < b;",
    " + const y = a >= b;",
    "1 unexplained",
  ]);
});

test("every explained mutant is one of today's sources, and explained once", () => {
  const files = new Map(explained.map(({ file }) => [file, mutantsOf(file, read(file))]));
  const stale = explained.filter(
    (e) => !files.get(e.file)?.some((mutant) => mutant.before === e.before && mutant.after === e.after),
  );
  expect(stale).toEqual([]);
  expect(new Set(explained.map(({ file, before, after }) => `${file} ${before} ${after}`)).size).toBe(explained.length);
});
