import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { emptyDirectory } from "./node/server.ts";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** What the n-th program of the README prints, line by line. */
async function printed(n: number): Promise<string[]> {
  const readme = await readFile(path("../README.md"), "utf8");
  const programs = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, program]) => program);
  const program = join(await emptyDirectory(), "example.ts");
  await writeFile(
    program,
    programs[n]
      .replace('"@polygrad/data"', JSON.stringify(path("../src/index.ts")))
      .replace('"@polygrad/data/node"', JSON.stringify(path("../src/node.ts")))
      .replace('"@polygrad/tensor"', JSON.stringify(path("../../tensor/src/index.ts"))),
  );
  const log = vi.spyOn(console, "log").mockReturnValue();
  // The example must find MNIST and not download it.
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(path("../../../examples/"));
  vi.stubEnv("XDG_CACHE_HOME", "/nonexistent");
  try {
    await import(program);
    return log.mock.calls.map((line) => line.join(" "));
  } finally {
    vi.unstubAllEnvs();
    cwd.mockRestore();
    log.mockRestore();
  }
}

test("the first example in the README runs", async () => {
  const lines = await printed(0);
  expect(lines[0]).toMatch(/^60000 \+ 10000 images of \[28,28\] from /);
  expect(lines.at(-1)).toBe("27 batches per epoch, 6000 images for validation");
});

test("the example of a regression runs", async () => {
  expect(await printed(1)).toEqual(
    Array.from({ length: 5 }, () => "train on [300,1] [300,1] [200,1], validate on 200"),
  );
});

test("the example of a table runs", async () => {
  const [batch, rents] = await printed(2);
  expect(batch).toBe("area, district=north, district=south 3,3 3,1");
  expect(rents).toBe("820,890");
});
