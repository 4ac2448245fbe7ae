/** The commands that start the example, in the engines that are installed. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { executables, versions } from "../../polygrad/test/engines/install.ts";
import { runToEnd } from "./run.ts";

export const root: string = fileURLToPath(new URL("../../../", import.meta.url));

/** A command, and its name in the report. */
export interface Command {
  readonly name: string;
  readonly command: readonly string[];
}

/** pnpm as it runs this program, or from the PATH; undefined if this program was started without it. */
export function pnpm(): readonly string[] | undefined {
  const own = process.env.npm_execpath;
  if (own === undefined || !/pnpm[^/\\]*$/.test(own)) return undefined;
  return /\.[cm]?js$/.test(own) ? [process.execPath, own] : [own];
}

/** Whether a command runs here. */
export async function runs(command: readonly string[]): Promise<boolean> {
  return runToEnd(command, root).then(
    () => true,
    () => false,
  );
}

/** The engines that `pnpm test:engines` has installed, each reading TypeScript by itself. */
export function engines(): Command[] {
  const [, ...newer] = versions.node;
  const all: Command[] = [
    ...newer.map((version) => ({
      name: `Node ${version} examples/index.ts mnist`,
      command: [executables.node(version)],
    })),
    { name: `Bun ${versions.bun} examples/index.ts mnist`, command: [executables.bun] },
    { name: `Deno ${versions.deno} examples/index.ts mnist`, command: [executables.deno, "run", "-A"] },
  ];
  return all
    .filter(({ command: [file] }) => existsSync(file))
    .map(({ name, command }) => ({ name, command: [...command, "examples/index.ts"] }));
}
