import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { emptyDirectory } from "./node/server.ts";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

test("the example in the README runs", async () => {
  const readme = await readFile(path("../README.md"), "utf8");
  const [, example] = readme.match(/```ts\n([\s\S]*?)```/) ?? [];
  const program = join(await emptyDirectory(), "example.ts");
  await writeFile(
    program,
    example
      .replace('"@polygrad/data"', JSON.stringify(path("../src/index.ts")))
      .replace('"@polygrad/data/node"', JSON.stringify(path("../src/node.ts"))),
  );
  const log = vi.spyOn(console, "log").mockReturnValue();
  // The example must find MNIST and not download it.
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(path("../../../examples/"));
  vi.stubEnv("XDG_CACHE_HOME", "/nonexistent");
  try {
    await import(program);
    const lines = log.mock.calls.map((line) => line.join(" "));
    expect(lines[0]).toMatch(/^60000 \+ 10000 images of \[28,28\] from /);
    expect(lines.at(-1)).toBe("27 batches per epoch, 6000 images for validation");
  } finally {
    vi.unstubAllEnvs();
    cwd.mockRestore();
    log.mockRestore();
  }
});
