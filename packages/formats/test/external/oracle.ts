/** Runs oracle.py, the independent reader and writer of safetensors. Python 3 must be installed. */
import { script } from "./python.ts";

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
  return oracle(["codes"]);
}

/** What Python finds in each of some files. */
export function pythonRead(...paths: readonly string[]): readonly PythonFile[] {
  return oracle(["read", ...paths]);
}

/** A file that Python is to write. */
export interface PythonRequest {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly PythonEntry[];
}

export function pythonWrite(files: readonly PythonRequest[]): void {
  oracle(["write"], files);
}

/** The bytes of each value in its dtype, in hexadecimal; null where Python refuses it. */
export function pythonPack(values: readonly (readonly [dtype: string, value: string])[]): readonly (string | null)[] {
  return oracle(["pack"], values);
}

function oracle<Result>(args: readonly string[], input: unknown = null): Result {
  return script("oracle.py", "json", args, input);
}

/** A number that Python wrote. */
export function fromPython(text: string): number {
  return Number(text.replace("inf", "Infinity"));
}

/** A number for Python. */
export function toPython(x: number): string {
  return Object.is(x, -0) ? "-0.0" : String(x);
}
