/** Before all tests: builds the packages, bundles the program, and installs the engines. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { bundleOnWorkers, bundleProgram, program } from "./bundle.ts";
import { install } from "./install.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The file of the bundled program. */
    readonly bundle: string;
    /** The files of the pages that train on Web Workers, and of the workers, by the paths that the pages know. */
    readonly scripts: Readonly<Record<string, string>>;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cwd = fileURLToPath(new URL("../../../../", import.meta.url));
  const directory = await mkdtemp(join(tmpdir(), "polygrad-engines-"));
  const bundle = join(directory, "program.mjs");
  const build = promisify(execFile)(process.execPath, ["--import", "tsx", "build.ts"], { cwd });
  await Promise.all([build, install()]);
  await bundleProgram(program, bundle);
  project.provide("bundle", bundle);
  project.provide("scripts", await bundleOnWorkers(directory));
  return () => rm(directory, { recursive: true, force: true });
}
