/**
 * docs/pytorch.md: each row of "Where we differ" quotes what the libraries give, and each name is tried in its library.
 *
 * After a change of the page, `python3 packages/polygrad/test/differences/figures.py` computes PyTorch's side again.
 */
import { readFileSync } from "node:fs";
import * as polygrad from "polygrad";
import { describe, expect, test } from "vitest";
import { codeIn, rowsOf, text } from "./differences/page.ts";
import { evaluate } from "./differences/scope.ts";
import { tensorResults } from "./differences/tensor-results.ts";
import { numbersOf, resultOf } from "./differences/text.ts";
import { trainingResults } from "./differences/training-results.ts";

/** What figures.py found, with PyTorch and NumPy. */
interface Figures {
  readonly pytorch: string;
  readonly numpy: string;
  readonly results: Readonly<Record<string, { readonly pytorch: string; readonly numpy: string | null }>>;
  /** Code that has run in PyTorch, and the numbers that it gave, if any. */
  readonly names: Readonly<Record<string, string | null>>;
}

const figures: Figures = JSON.parse(readFileSync(new URL("differences/figures.json", import.meta.url), "utf8"));
const results = { ...tensorResults, ...trainingResults };

describe("where we differ", () => {
  const rows = rowsOf(["what", "Polygrad", "PyTorch", "NumPy", "why"]);

  test("the table, the figures and the results have the same rows, in the same order", () => {
    const names = rows.map(([name]) => name);
    expect(names).toEqual(Object.keys(results));
    expect(names).toEqual(Object.keys(figures.results));
    expect(names.length).toBeGreaterThan(60);
  });

  test.each(rows)("%s: %s, %s, %s", (name, ours, pytorch, numpy) => {
    const stored = figures.results[name];
    expect(ours).toBe(quoted(resultOf(results[name])));
    expect(pytorch).toBe(quoted(stored.pytorch));
    expect(numpy).toBe(quoted(stored.numpy));
  });

  test("the page names the versions that the figures are from", () => {
    const [, pytorch, numpy] = text.match(/PyTorch (\S+) and NumPy (\S+) give/) ?? [];
    expect(figures.pytorch.startsWith(pytorch)).toBe(true);
    expect(figures.numpy.startsWith(numpy)).toBe(true);
  });
});

/** A result as a cell quotes it. */
function quoted(result: string | null): string {
  return result === null ? "" : `\`${result}\``;
}

describe("names", () => {
  const rows = rowsOf(["PyTorch", "Polygrad", "difference"]);
  const codeOf = (column: number) => rows.flatMap((cells) => codeIn(cells[column]));

  test("those of PyTorch exist: figures.py has run them all", () => {
    expect([...new Set(codeOf(0))].sort()).toEqual(Object.keys(figures.names).sort());
    expect(Object.keys(figures.names).length).toBeGreaterThan(200);
  });

  test.each([...new Set(codeOf(1))])("%s runs", (code) => {
    expect(() => evaluate(code)).not.toThrow();
  });

  const pairs = rows.flatMap(([theirs, ours]) => {
    const [left, right] = [codeIn(theirs), codeIn(ours)];
    return left.length === right.length ? left.map((code, k) => [code, right[k]] as const) : [];
  });

  const comparable = pairs.filter(([theirs, ours]) => figures.names[theirs] !== null && !incomparable.test(ours));

  test.each(comparable)("%s gives the numbers of %s", (theirs, ours) => {
    const [value, numbers] = [evaluate(ours), figures.names[theirs]];
    // Positions are a flat list in Polygrad.
    const expected = value instanceof Int32Array ? `[${numbers?.replace(/[[\]]/g, "")}]` : numbers;
    expect(numbersOf(value)).toBe(expected);
  });

  test("most of those that have numbers are compared", () => {
    expect(comparable.length).toBeGreaterThan(130);
  });

  test("those that do not exist do not run", () => {
    for (const code of ["x.add_(1)", "tensr([1])", "x.sum(0, { keepdim: true })"])
      expect(() => evaluate(code)).toThrow();
  });

  test("each name that `polygrad` exports is on the page", () => {
    const words = new Set(codeIn(text).flatMap((code) => code.match(/\w+/g) ?? []));
    expect(Object.keys(polygrad).filter((name) => !words.has(name))).toEqual([]);
  });
});

/** Drawn by other generators; nothing in place of zeros; a function in place of a gradient. */
const incomparable = /\brandom\b|zeroGrad|^vjp/;
