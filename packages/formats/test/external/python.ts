/** Runs Python with the modules that a script needs. Debian's Python may have them while another one comes first. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The interpreters, by the modules that they were asked for. */
const found = new Map<string, string>();

/** The first Python that can import some modules. */
function interpreter(modules: string): string {
  const known = found.get(modules);
  if (known !== undefined) return known;
  for (const python of ["python3", "/usr/bin/python3"])
    if (spawnSync(python, ["-c", `import ${modules}`]).status === 0) {
      found.set(modules, python);
      return python;
    }
  throw new Error(`no Python has ${modules}; install them, from Debian: .ci/run names the packages`);
}

/**
 * Runs Python; returns what it prints.
 * @param modules what must be installed, such as "torch, numpy"
 * @throws Error with what it wrote to stderr, if it fails
 */
export function python(modules: string, args: readonly string[], input: string | Uint8Array = ""): string {
  const { status, stdout, stderr } = spawnSync(interpreter(modules), args, {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`python3 ${args.slice(0, 2).join(" ")} failed: ${stderr}`);
  return stdout;
}

/** Runs a script of this folder, with a value as JSON for its input; returns the JSON that it prints. */
export function script<Result>(name: string, modules: string, args: readonly string[], input: unknown = null): Result {
  const path = fileURLToPath(new URL(`./${name}`, import.meta.url));
  return JSON.parse(python(modules, [path, ...args], JSON.stringify(input)));
}
