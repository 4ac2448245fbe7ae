/** Compiles TypeScript source and imports it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transform } from "esbuild";

/** What a module of this source exports. */
export async function imported(source: string): Promise<Record<string, (x: unknown) => unknown>> {
  const { code } = await transform(source, { loader: "ts" });
  const directory = await mkdtemp(join(tmpdir(), "polygrad-"));
  try {
    const file = join(directory, "module.mjs");
    await writeFile(file, code);
    return await import(/* @vite-ignore */ file);
  } finally {
    await rm(directory, { recursive: true });
  }
}
