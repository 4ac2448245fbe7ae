/** TypeScript on worker threads: tsx registers its loader on the main thread only, so a thread has to do it again. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** The facts about the process that decide how its threads load TypeScript. */
export type Started = Pick<NodeJS.Process, "execArgv" | "argv" | "features">;

/**
 * The command-line arguments (`execArgv`) of a thread that loads these files; undefined if the thread can simply
 * inherit those of the process, as where the engine reads TypeScript by itself: in Bun, Deno and, from version 22.18
 * on, Node. Elsewhere a TypeScript file is loaded with tsx, if tsx is installed where the file can import it.
 */
export function threadArguments(files: readonly string[], started: Started = process): string[] | undefined {
  const onTsx = started.execArgv.some(isOfTsx);
  if (!onTsx && readsTypeScript(started)) return undefined;
  const [tsx] = files.filter(isTypeScript).flatMap((file) => resolve("tsx", file) ?? []);
  if (tsx === undefined && !onTsx) return undefined;
  const own = started.execArgv.flatMap((argument, k, all) => {
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
 * Whether the threads of a process that was started without tsx can read any TypeScript that the process can. Bun and
 * Deno compile it ("transform"); neither accepts `--import` for a thread. Node only removes types ("strip"), so what
 * Vitest, for example, can load is not always enough for it: but a program that is a TypeScript file itself shows that
 * this is how the process loads TypeScript.
 */
function readsTypeScript({ argv, features }: Started): boolean {
  const typescript = "typescript" in features && features.typescript;
  return typescript === "transform" || (typescript === "strip" && argv.length > 1 && isTypeScript(argv[1]));
}

function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file);
}

/**
 * The arguments that say how modules are loaded. Only these are passed on: a thread with an `execArgv` of its own
 * rejects V8's options, which apply to the whole process anyway.
 */
const LOADING = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C)(=|$)/;

/**
 * Whether an argument names tsx: "tsx", "--import=tsx", one of the files that the command `tsx` passes, or the module
 * that `threadArguments` made for a child process. With these, a thread would load the same file twice, once as an ES
 * module and once as CommonJS.
 */
function isOfTsx(argument: string): boolean {
  return /(^|[\\/=]|%2F)tsx([\\/]|%2F|$)/.test(argument);
}

function resolve(specifier: string, from: string): URL | undefined {
  try {
    return pathToFileURL(createRequire(from).resolve(specifier));
  } catch {
    return undefined;
  }
}
