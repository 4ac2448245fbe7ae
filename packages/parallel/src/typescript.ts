/** TypeScript on worker threads: tsx registers its loader on the main thread only, so a thread has to do it again. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * The arguments to start Node's threads with, if they are to load these files; undefined if the threads may simply have
 * what the process has. tsx is for a file that is TypeScript, if tsx is installed where that file can find it. Without
 * it, Node strips the types itself, from 22.18 on.
 */
export function threadArguments(files: readonly string[]): string[] | undefined {
  const [tsx] = files.filter((name) => /\.[cm]?ts$/.test(name)).flatMap((file) => resolve("tsx", file) ?? []);
  if (tsx === undefined && !process.execArgv.some(isOfTsx)) return undefined;
  const own = process.execArgv.flatMap((argument, k, all) => {
    if (!LOADING.test(argument)) return [];
    const pair = argument.includes("=") ? [argument] : all.slice(k, k + 2);
    return pair.some(isOfTsx) ? [] : pair;
  });
  if (tsx === undefined) return own;
  const api = new URL("esm/api/index.mjs", tsx).href; // "tsx/esm/api", as import finds it; require would find another
  const code = `import { register } from ${JSON.stringify(api)}; register();`;
  return [...own, "--import", `data:text/javascript,${encodeURIComponent(code)}`];
}

/** How modules are loaded. A thread that is told its arguments refuses V8's, which are the whole process's anyway. */
const LOADING = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C)(=|$)/;

/**
 * Whether an argument names tsx: "tsx", "--import=tsx", or the files that its command passes. With these, a thread would
 * load the same file twice, as two kinds of module.
 */
function isOfTsx(argument: string): boolean {
  return /(^|[\\/=])tsx([\\/]|$)/.test(argument);
}

function resolve(specifier: string, from: string): URL | undefined {
  try {
    return pathToFileURL(createRequire(from).resolve(specifier));
  } catch {
    return undefined;
  }
}
