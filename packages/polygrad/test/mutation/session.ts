/** Opens Vitest on the tests of one package, with its sources changed on the way and all other packages bundled. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { BaseSequencer, createVitest, type InlineConfig, type TestSpecification, type Vitest } from "vitest/node";

/** The packages that can be mutated, and those that each one imports. */
const imported = { autograd: ["tensor"], nn: ["tensor", "autograd"] } as const;

export type PackageName = keyof typeof imported;
export const packageNames: readonly PackageName[] = ["autograd", "nn"];

/** The tests that should notice mutants of a package: its own, and the one of wrong arguments of everything exported. */
export function testsOf(name: PackageName): string[] {
  return [`packages/${name}/test/**/*.test.ts`, "packages/polygrad/test/arguments/arguments.test.ts"];
}

/** The root of the repository. */
export const root: string = fileURLToPath(new URL("../../../../", import.meta.url));

/** Git ignores this directory. */
export const cache: string = join(root, ".cache/mutation");

/** Runs tests in the order given: first those that are most likely to fail. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

const bundleOf = (name: PackageName): string => join(cache, `bundle-${name}`);
const entriesOf = (name: PackageName): string[] =>
  imported[name]
    .flatMap((other) => ["index", "internal"].map((entry) => `${other}/src/${entry}`))
    .filter((entry) => existsSync(join(root, "packages", `${entry}.ts`)));

/** Bundles the packages that a package imports, because loading one file is quicker than loading a hundred. */
export async function bundleImports(name: PackageName): Promise<void> {
  const entries = entriesOf(name).map((entry) => [entry, join(root, "packages", `${entry}.ts`)]);
  const bundle = await rolldown({ input: Object.fromEntries(entries), platform: "node" });
  await mkdir(bundleOf(name), { recursive: true });
  await writeFile(join(bundleOf(name), "package.json"), '{ "type": "module" }');
  await bundle.write({ dir: bundleOf(name) });
  await bundle.close();
}

/** Opens Vitest. `contentOf` may give a source file, named from the root, other content than it has. */
export async function openVitest(
  name: PackageName,
  contentOf: (file: string) => string | undefined,
  options: InlineConfig,
): Promise<Vitest> {
  const bundled = new Map<string, string>();
  for (const entry of entriesOf(name)) {
    const file = join(bundleOf(name), `${entry}.js`);
    bundled.set(join(root, "packages", `${entry}.ts`), file);
    bundled.set(`@polygrad/${entry.replace("/src/index", "").replace("/src", "")}`, file);
  }
  const plugin = {
    name: "mutation",
    enforce: "pre" as const,
    resolveId: (id: string) => bundled.get(id),
    load: (id: string) => (id.startsWith(root) ? contentOf(id.slice(root.length)) : undefined),
  };
  const quiet: InlineConfig = { root, watch: false, reporters: [{}], pool: "threads", testTimeout: 600_000 };
  const server = { deps: { external: [/\.cache\/mutation/] } };
  const sequence = { sequencer: InOrder };
  return createVitest("test", { ...quiet, server, sequence, ...options }, { plugins: [plugin] });
}

/** The content of a file, named from the root. */
export function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
