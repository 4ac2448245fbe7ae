/** The engines that the tests run. Each is a row of the table in the README. */
import { arm64Emulator } from "./debian.ts";
import { executables, versions } from "./install.ts";

export interface Engine {
  readonly family: "V8" | "SpiderMonkey" | "JavaScriptCore";
  /** The name, and the version unless Debian chooses it. */
  readonly name: string;
  readonly processor: "x64" | "arm64";
  /** Whether worker threads are tested too. */
  readonly threads: boolean;
  /** Whether plain kernels are tested too. */
  readonly plain: boolean;
}

/** An engine that is started with a command. */
export interface CommandLine extends Engine {
  /** The command that runs a JavaScript file. @throws Error that says what to install, where Debian provides a part */
  readonly command: () => readonly string[];
  /** The arguments without which it cannot read TypeScript. */
  readonly loader: readonly string[];
}

const onX64 = { processor: "x64", threads: true, plain: false, loader: [] } as const;

/** Those that run the whole case, and the example. */
export const commandLines: readonly CommandLine[] = [
  ...versions.node.map((version): CommandLine => {
    const engine = {
      ...onX64,
      family: "V8",
      name: `Node ${version}`,
      command: () => [executables.node(version)],
    } as const;
    return version.startsWith("20.") ? { ...engine, plain: true, loader: ["--import", "tsx"] } : engine;
  }),
  { ...onX64, family: "V8", name: `Deno ${versions.deno}`, command: () => [executables.deno, "run", "-A"] },
  { ...onX64, family: "JavaScriptCore", name: `Bun ${versions.bun}`, command: () => [executables.bun], plain: true },
];

/** This one is emulated and so runs the small case, in half a minute; with plain kernels it would take two minutes. */
export const emulated: CommandLine = {
  family: "V8",
  name: `Node ${versions.arm64}`,
  processor: "arm64",
  threads: false,
  plain: false,
  command: () => [...arm64Emulator(), executables.arm64],
  loader: [],
};

const inPage = { processor: "x64", threads: true, plain: true } as const;
export const chromiumEngine: Engine = { ...inPage, family: "V8", name: "Chromium" };
export const firefoxEngine: Engine = { ...inPage, family: "SpiderMonkey", name: "Firefox ESR" };

const all = [...commandLines, chromiumEngine, emulated, firefoxEngine];

/** The rows of the README's table, by family. */
export const rows: readonly string[] = ["V8", "SpiderMonkey", "JavaScriptCore"].flatMap((each) =>
  all.filter(({ family }) => family === each).map(row),
);

function row({ family, name, processor, threads, plain }: Engine): string {
  const cells = [family, name, processor, "✓", threads ? "✓" : " ", "✓", plain ? "✓" : " "];
  return `| ${cells.join(" | ")} |`;
}
