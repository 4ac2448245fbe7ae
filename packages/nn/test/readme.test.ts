/** The programs in the README run, and print what the README says. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { manualSeed } from "../src/index.ts";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const readme = await readFile(path("../README.md"), "utf8");
/** Each program, with the output that follows it. */
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)].map(([, program, output]) => ({
  program,
  output,
}));

test("every program in the README has its output after it", () => {
  expect(examples).toHaveLength(5);
  expect(readme.match(/```ts\n/g)).toHaveLength(examples.length);
});

test.each(examples)("a program in the README prints what the README says: %#", async ({ program, output }) => {
  const directory = await mkdtemp(join(tmpdir(), "polygrad-"));
  const log = vi.spyOn(console, "log").mockReturnValue();
  manualSeed(0);
  try {
    const file = join(directory, "example.ts");
    const source = (name: string): string => JSON.stringify(path(`../../${name}/src/index.ts`));
    await writeFile(
      file,
      program.replaceAll(/"@polygrad\/(\w+)"/g, (_, name: string) => source(name)),
    );
    await import(file);
    expect(log.mock.calls.map((line) => line.join(" ")).join("\n")).toBe(output.trimEnd());
  } finally {
    log.mockRestore();
    await rm(directory, { recursive: true });
  }
});
