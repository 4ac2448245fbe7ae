/** TypeScript on worker threads: tsx registers its loader on the main thread only, so a thread has to do it again. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * The arguments to start Node's threads with, if they are to load these files: those of this process, and tsx if a file is
 * TypeScript and tsx is installed where the file can find it. Without it, Node strips the types itself, from 22.18 on.
 */
export function threadArguments(files: readonly string[]): string[] {
  const own = process.execArgv.filter(
    (argument, k, all) => !isOfTsx(argument) && !(isFlag(argument) && isOfTsx(all[k + 1])),
  );
  for (const file of files.filter((name) => /\.[cm]?ts$/.test(name))) {
    const tsx = resolve("tsx", file);
    if (tsx === undefined) continue;
    const api = new URL("esm/api/index.mjs", tsx).href; // "tsx/esm/api", as import finds it; require would find another
    const code = `import { register } from ${JSON.stringify(api)}; register();`;
    return [...own, "--import", `data:text/javascript,${encodeURIComponent(code)}`];
  }
  return own;
}

function isFlag(argument: string): boolean {
  return ["--import", "--require", "-r"].includes(argument);
}

/**
 * Whether an argument names tsx: "tsx", "--import=tsx", or the files that its command passes. With these, a thread would
 * load the same file twice, as two kinds of module.
 */
function isOfTsx(argument = ""): boolean {
  return /(^|[\\/=])tsx([\\/]|$)/.test(argument);
}

function resolve(specifier: string, from: string): URL | undefined {
  try {
    return pathToFileURL(createRequire(from).resolve(specifier));
  } catch {
    return undefined;
  }
}
