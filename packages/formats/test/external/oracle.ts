/** Runs oracle.py, the independent reader and writer of safetensors. Python 3 must be installed. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./oracle.py", import.meta.url));

/** What Python found in a file. */
export interface PythonFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly header_bytes: number;
  readonly entries: Readonly<
    Record<string, { dtype: string; shape: number[]; data_offsets: [number, number]; values: string[] }>
  >;
}

/** An entry that Python writes: name, dtype, shape, elements. */
export type PythonEntry = readonly [name: string, dtype: string, shape: readonly number[], values: readonly string[]];

/** The number of every code of each small float. */
export function pythonCodes(): Readonly<Record<string, readonly string[]>> {
  return python(["codes"]);
}

/** What Python finds in each of some files. */
export function pythonRead(...paths: readonly string[]): readonly PythonFile[] {
  return python(["read", ...paths]);
}

/** A file that Python is to write. */
export interface PythonRequest {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly PythonEntry[];
}

export function pythonWrite(files: readonly PythonRequest[]): void {
  python(["write"], files);
}

/** The bytes of each value in its dtype, in hexadecimal; null where Python refuses it. */
export function pythonPack(values: readonly (readonly [dtype: string, value: string])[]): readonly (string | null)[] {
  return python(["pack"], values);
}

function python<Result>(args: readonly string[], input: unknown = null): Result {
  const { error, status, stdout, stderr } = spawnSync("python3", [script, ...args], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined) throw new Error(`cannot run python3: ${error.message}; install Python 3`);
  if (status !== 0) throw new Error(`python3 ${args.join(" ")} failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** A number that Python wrote. */
export function fromPython(text: string): number {
  return Number(text.replace("inf", "Infinity"));
}

/** A number for Python. */
export function toPython(x: number): string {
  return Object.is(x, -0) ? "-0.0" : String(x);
}
