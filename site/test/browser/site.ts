/** Before all tests: serves the whole site from site/dist, which `pnpm site:build` has written, under a path of its own. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the site, with a slash at its end. */
    readonly site: string;
  }
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(here("../../dist/book/index.html")))
    execFileSync(process.execPath, ["--import", "tsx", here("../../build.ts")], { stdio: "inherit" });
  const server = await preview({
    configFile: false,
    root: here("../../"),
    appType: "mpa",
    build: { outDir: "dist" },
    preview: { port: 0, host: "127.0.0.1" },
    logLevel: "error",
  });
  const [address] = server.resolvedUrls?.local ?? [];
  project.provide("site", address);
  return () => server.close();
}
