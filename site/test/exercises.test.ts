/** The checks of the exercises refuse the stub that the reader begins with, and accept the solution. */
import { describe, expect, test } from "vitest";
import { read } from "../addresses.ts";
import { exercises } from "../cells/checks/index.ts";
import { runProgram } from "../cells/program.ts";

describe.each(Object.keys(exercises))("%s", (name) => {
  const found = async (file: string) => {
    const exports = await runProgram(read(`site/book/exercises/${name}/${file}.ts`), console);
    return exercises[name](exports);
  };

  test("the solution passes every check", async () => {
    const findings = await found("solution");
    expect(findings.length).toBeGreaterThan(1);
    expect(findings.filter(({ fault }) => fault !== undefined)).toEqual([]);
  });

  test("the stub does not, and it is said why", async () => {
    const faults = (await found("stub")).map(({ fault }) => fault).filter((fault) => fault !== undefined);
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) expect(fault.length).toBeGreaterThan(10);
  });

  test("a program that exports nothing is told so", () => {
    expect(exercises[name]({})).toEqual([expect.objectContaining({ fault: expect.stringContaining("export") })]);
  });
});
