/** TypeScript on worker threads: tsx registers its loader on the main thread only, so a thread has to do it again. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * The command-line arguments (`execArgv`) of a thread that loads these files; undefined if the thread can simply
 * inherit those of the process. A TypeScript file is loaded with tsx, if tsx is installed where the file can import it.
 * Otherwise Node strips the types itself, from version 22.18 on.
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
  const api = new URL("esm/api/index.mjs", tsx).href; // what `import "tsx/esm/api"` resolves to; `require` differs
  const code = `import { register } from ${JSON.stringify(api)}; register();`;
  return [...own, "--import", `data:text/javascript,${encodeURIComponent(code)}`];
}

/**
 * The arguments that say how modules are loaded. Only these are passed on: a thread with an `execArgv` of its own
 * rejects V8's options, which apply to the whole process anyway.
 */
const LOADING = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C)(=|$)/;

/**
 * Whether an argument names tsx: "tsx", "--import=tsx", or one of the files that the command `tsx` passes. With these,
 * a thread would load the same file twice, once as an ES module and once as CommonJS.
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
