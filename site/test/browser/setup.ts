/** Before all tests: builds the playground into a directory of its own, and serves it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type InlineConfig, preview } from "vite";
import type { TestProject } from "vitest/node";
import { playground } from "../../playground.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the playground, with a slash at its end. */
    readonly address: string;
    /** The directory of its files. */
    readonly files: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), "polygrad-site-"));
  const config: InlineConfig = { ...playground, logLevel: "error", build: { ...playground.build, outDir } };
  // Vitest says "test", and a build that is not for production has no service worker.
  process.env.NODE_ENV = "production";
  await build(config);
  const server = await preview({ ...config, preview: { ...playground.preview, port: 0, host: "127.0.0.1" } });
  const [address] = server.resolvedUrls?.local ?? [];
  project.provide("address", address);
  project.provide("files", outDir);
  return async () => {
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  };
}
