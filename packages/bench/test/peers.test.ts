/** The parts of `pnpm bench:peers` that decide what its figures say: ratios, turns, agreement and the written pages. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { disagreement, TOLERANCE } from "../peers/agreement.ts";
import type { Contender } from "../peers/contenders.ts";
import { PAGES, pagesOf, REPORT, ROOT } from "../peers/pages.ts";
import { caseOf, fastestOf, type Report, readReport, toJson } from "../peers/report.ts";
import { pairedRatio } from "../peers/statistics.ts";
import { byTurns } from "../peers/turns.ts";

describe("pairedRatio", () => {
  test("is the median of the ratios of the rounds that both have, not the ratio of the medians", () => {
    // 2/1, 30/10 and 5/5: the ratio of the medians would be 5/5.
    const ratio = pairedRatio([2, 30, 5, null], [1, 10, 5, 0.5]);
    expect(ratio).toEqual({ median: 2, quartiles: [1.5, 2.5], fastest: 4, pairs: 3 });
  });

  test("is undefined without a common round", () => {
    expect(pairedRatio([1, null], [null, 1])).toBeUndefined();
    expect(pairedRatio([1], undefined)).toBeUndefined();
  });
});

describe("disagreement", () => {
  const good = [
    { losses: [0.5, 0.25] },
    { losses: [0.5] },
    { losses: [], headLoss: 2 },
    { losses: [0.5], headLoss: 2 },
  ];

  test("tells rounding from another training, in any epoch that others have trained too", () => {
    const rounded = { losses: [0.500001] };
    const wrong = { losses: [0.5, 0.26] };
    expect(disagreement(rounded, [...good, rounded])).toBeCloseTo(2e-6, 8);
    expect(disagreement(wrong, [good[0], wrong])).toBeGreaterThan(TOLERANCE);
    expect(disagreement({ losses: [Number.NaN] }, good)).toBe(Number.MAX_VALUE);
  });

  test("compares the first batches of a contender that finished no epoch", () => {
    expect(disagreement(good[2], good)).toBe(0);
    expect(disagreement({ losses: [], headLoss: 2.2 }, good)).toBeCloseTo(0.1, 6);
  });
});

describe("byTurns", () => {
  test("begins each round with another contender, and goes on without one that fails", async () => {
    const turns: string[] = [];
    const { results, failed } = await byTurns(3, ["a", "b", "c"], async (name, round) => {
      turns.push(`${name}${round}`);
      if (name === "b" && round === 1) throw new Error("b is out");
      return round;
    });
    expect(turns).toEqual(["a0", "b0", "c0", "b1", "c1", "a1", "a2", "c2"]);
    expect(Object.fromEntries(results)).toEqual({ a: [0, 1, 2], c: [0, 1, 2] });
    expect(Object.fromEntries(failed)).toEqual({ b: "b is out" });
  });
});

describe("the written pages", () => {
  const contender = (name: string, rest: Partial<Contender>): Contender => {
    return { name, role: "peer", family: "torch", variant: "", threads: 1, processes: 1, ...rest };
  };
  const result = (of: Contender, seconds: number[]) => ({ contender: of, about: {}, seconds, part: 1, losses: [] });
  const results = [
    result(contender("ours", { role: "all", family: "ours" }), [1, 1, 1]),
    result(contender("PyTorch, 1 thread", {}), [3, 3, 3]),
    result(contender("PyTorch, 2 threads", { threads: 2 }), [2, 0.5, 0.5]),
  ];
  const linear = { name: "linear-128", kind: "training", dataset: "mnist", model: "linear", batchSize: 128 } as const;
  const report: Report = {
    format: 1,
    date: "2026-11-30T00:00:00.000Z",
    machine: { cores: 2 },
    settings: { rounds: 3 },
    cases: [caseOf(linear, { results, missing: [] })],
    leftOut: [],
  };
  const page = "before\n<!-- begin speed: pnpm bench:peers --write -->\nold\n<!-- end speed -->\nafter\n";

  test("compare with PyTorch's fastest number of threads, and show where it wins", () => {
    expect(fastestOf(report.cases[0].entries.slice(1))?.name).toBe("PyTorch, 2 threads");
    const written = pagesOf(report, new Map([["README.md", page]]));
    expect(written.get("README.md")).toMatch(
      /^before\n[\s\S]*\| MNIST, linear, 128 .* 1\.00 .* 0\.50 .* 0\.50 \|\n[\s\S]*after\n$/,
    );
    expect(written.get("README.md")).not.toContain("old");
    expect(written.get("docs/speed.svg")).toMatch(/class="loss".*\n.*class="value loss">0\.50</);
  });

  test("keep the markers, so that they can be written again", () => {
    const once = pagesOf(report, new Map([["README.md", page]]));
    const twice = pagesOf(report, new Map([["README.md", once.get("README.md") ?? ""]]));
    expect(twice).toEqual(once);
    expect(() => pagesOf(report, new Map([["README.md", "no markers"]]))).toThrow("README.md lacks the lines");
  });

  test("have every number of the report, rounded to six digits, with lists on one line", () => {
    const text = toJson({ ...report, settings: { rounds: 1 / 3 } });
    expect(JSON.parse(text)).toMatchObject({
      settings: { rounds: 0.333333 },
      cases: [{ entries: results.map(({ seconds }) => ({ seconds })) }],
    });
    expect(text).toContain('"seconds": [ 2, 0.5, 0.5 ]');
  });

  test.runIf(existsSync(ROOT + REPORT))("are those that the published report gives", async () => {
    const texts = new Map(PAGES.map((path) => [path, readFileSync(ROOT + path, "utf8")] as const));
    for (const [path, text] of pagesOf(await readReport(ROOT + REPORT), texts))
      expect(readFileSync(ROOT + path, "utf8"), path).toBe(text);
  });
});
