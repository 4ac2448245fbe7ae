/** Before all tests: builds the packages, bundles the program, and installs the engines. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { bundleProgram, program, workers } from "./bundle.ts";
import { install } from "./install.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The file of the bundled program. */
    readonly bundle: string;
    /** The files of the page that trains on Web Workers, and of its workers. */
    readonly workers: { readonly page: string; readonly worker: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cwd = fileURLToPath(new URL("../../../../", import.meta.url));
  const directory = await mkdtemp(join(tmpdir(), "polygrad-engines-"));
  const bundle = join(directory, "program.mjs");
  const build = promisify(execFile)(process.execPath, ["--import", "tsx", "build.ts"], { cwd });
  await Promise.all([build, install()]);
  const [page, worker] = ["workers.mjs", "recipe.worker.mjs"].map((name) => join(directory, name));
  await Promise.all([
    bundleProgram(program, bundle),
    bundleProgram(workers.page, page),
    bundleProgram(workers.worker, worker),
  ]);
  project.provide("bundle", bundle);
  project.provide("workers", { page, worker });
  return () => rm(directory, { recursive: true, force: true });
}
