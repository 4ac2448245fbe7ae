/** Which test files reach which mutants, from one run of the tests with a counter at every site. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import ts from "typescript-5";
import { type Change, changed, type Mutant, type Range } from "./mutant.ts";
import { cache, openVitest, type PackageName, read, root, testsOf } from "./session.ts";

/** What the run of the unchanged tests says. */
export interface Reach {
  /** The test files that reach each mutant, those first that are most likely to notice. */
  readonly tests: ReadonlyMap<Mutant, readonly string[]>;
  /** The milliseconds of the slowest test. */
  readonly slowest: number;
}

/** Tests that start programs of their own, which do not see mutants. */
const OWN_PROGRAMS = ["packages/autograd/test/memory.test.ts"];

/** Runs all tests of a package once. @throws Error if one fails without any mutation */
export async function reachOf(name: PackageName, mutants: readonly Mutant[]): Promise<Reach> {
  const directory = join(cache, `reach-${name}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  process.env.POLYGRAD_REACH = directory;

  const sites = new Map<string, { readonly site: Range; readonly mutants: Mutant[] }>();
  for (const mutant of mutants) {
    const key = `${mutant.file} ${mutant.site.start} ${mutant.site.end}`;
    const entry = sites.get(key) ?? { site: mutant.site, mutants: [] };
    entry.mutants.push(mutant);
    sites.set(key, entry);
  }
  const list = [...sites.values()];
  const instrumented = new Map(
    [...new Set(mutants.map(({ file }) => file))].map((file) => {
      const own = list.flatMap(({ site, mutants: [{ file: of }] }, k) => (of === file ? [{ ...site, k }] : []));
      return [file, withCounters(read(file), own)];
    }),
  );

  const vitest = await openVitest(name, (file) => instrumented.get(file), {
    include: testsOf(name),
    exclude: OWN_PROGRAMS,
    setupFiles: ["vitest.setup.ts", join(root, "packages/polygrad/test/mutation/reach-setup.ts")],
  });
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(
    await vitest.getRelevantTestSpecifications(),
  );
  const failed = testModules.filter((module) => !module.ok());
  const times = testModules.flatMap((module) =>
    [...module.children.allTests()].map((t) => t.diagnostic()?.duration ?? 0),
  );
  const durations = new Map(testModules.map((module) => [module.moduleId, module.diagnostic().duration]));
  const reasons = failed.flatMap((module) => [
    ...module.errors().map(({ message }) => message),
    ...[...module.children.allTests("failed")].map((t) => `${t.fullName}: ${t.result().errors?.[0]?.message}`),
  ]);
  await vitest.close();
  if (failed.length > 0 || unhandledErrors.length > 0 || testModules.length === 0)
    throw new Error(
      `mutation: ${failed.length} test files fail without a mutation; mend them first\n${reasons.join("\n")}`,
    );

  const tests = new Map<Mutant, string[]>(mutants.map((mutant) => [mutant, []]));
  for (const record of readdirSync(directory)) {
    const { file, sites: reached } = JSON.parse(readFileSync(join(directory, record), "utf8"));
    for (const k of reached) for (const mutant of list[k].mutants) tests.get(mutant)?.push(file);
  }
  const duration = (file: string): number => durations.get(file) ?? 0;
  for (const files of tests.values()) files.sort((a, b) => duration(a) - duration(b));
  return { tests: mirroredFirst(tests), slowest: Math.max(...times) };
}

/** The tests of `loss.ts` are in `loss.test.ts`. */
function mirroredFirst(tests: ReadonlyMap<Mutant, readonly string[]>): ReadonlyMap<Mutant, readonly string[]> {
  return new Map(
    [...tests].map(([mutant, files]) => {
      const own = files.filter((file) => basename(file, ".test.ts") === basename(mutant.file, ".ts"));
      return [mutant, [...own, ...files.filter((file) => !own.includes(file))]];
    }),
  );
}

/** A file with a counter at each site: (__reach(7), expression), or { __reach(7); statement }. */
function withCounters(text: string, sites: readonly (Range & { readonly k: number })[]): string {
  const source = ts.createSourceFile("site.ts", text, ts.ScriptTarget.Latest, true);
  const statements = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node)) statements.add(`${node.getStart(source)} ${node.getEnd()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  // Where several begin, the longest opens first; where several end, the shortest closes first, before any opens.
  const insert = (at: number, replacement: string): Change => ({ start: at, end: at, replacement });
  const opening = sites
    .toSorted((a, b) => b.end - a.end)
    .map(({ start, end, k }) => {
      return insert(start, statements.has(`${start} ${end}`) ? `{ __reach(${k}); ` : `(__reach(${k}), `);
    });
  const closing = sites
    .toSorted((a, b) => b.start - a.start)
    .map(({ start, end }) => {
      return insert(end, statements.has(`${start} ${end}`) ? " }" : ")");
    });
  return changed(text, [...closing, ...opening]);
}
