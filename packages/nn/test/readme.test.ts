/** The example in the README runs, and says what the README says it says. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { manualSeed } from "../src/index.ts";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

test("the example in the README learns the circle", async () => {
  const readme = await readFile(path("../README.md"), "utf8");
  const [, example] = readme.match(/```ts\n([\s\S]*?)```/) ?? [];
  const [, output] = readme.match(/```text\n([\s\S]*?)```/) ?? [];
  const directory = await mkdtemp(join(tmpdir(), "polygrad-"));
  const log = vi.spyOn(console, "log").mockReturnValue();
  manualSeed(0);
  try {
    const program = join(directory, "example.ts");
    const source = (name: string): string => JSON.stringify(path(`../../${name}/src/index.ts`));
    await writeFile(
      program,
      example.replaceAll(/"@polygrad\/(\w+)"/g, (_, name: string) => source(name)),
    );
    await import(program);
    expect(log.mock.calls.map((line) => line.join(" ")).join("\n")).toBe(output.trimEnd());
  } finally {
    log.mockRestore();
    await rm(directory, { recursive: true });
  }
});
