/** NumPy's files. Read numpy/npz.ts and node/files.ts first. */
import { writeAtomically } from "@polygrad/data/node";
import type { Tensor } from "@polygrad/tensor";
import { checkOptions, text } from "@polygrad/tensor/internal";
import {
  type EncodeNpyOptions,
  encodeNpy,
  type NpyArray,
  type ParseNpyOptions,
  parseNpy,
  parseNpyChecks,
} from "../numpy/npy.ts";
import {
  type EncodeNpzOptions,
  encodeNpz,
  type Npz,
  type ParseNpzOptions,
  parseNpz,
  parseNpzChecks,
} from "../numpy/npz.ts";
import { readBytes } from "./files.ts";

/**
 * Reads an .npy file: see `parseNpy`.
 * @throws FileError if it cannot be read; FormatError if it is no such file. Both name the path.
 */
export async function readNpy(path: string, options: ParseNpyOptions = {}): Promise<NpyArray> {
  checkOptions("readNpy", options, parseNpyChecks);
  return parseNpy(await readBytes("readNpy", path), { ...options, file: options.file ?? path });
}

/**
 * Writes a tensor to an .npy file: see `encodeNpy`. Every reader finds the old file or the complete new one.
 * @throws FormatError or ArgumentError before it writes; FileError if the file cannot be written: the old one remains
 */
export async function writeNpy(path: string, x: Tensor, options: EncodeNpyOptions = {}): Promise<void> {
  text("writeNpy", "the path", path);
  await writeAtomically(path, encodeNpy(x, options));
}

/**
 * Reads an .npz file: see `parseNpz`.
 * @throws FileError if it cannot be read; FormatError if it is no such file. Both name the path.
 */
export async function readNpz(path: string, options: ParseNpzOptions = {}): Promise<Npz> {
  checkOptions("readNpz", options, parseNpzChecks);
  return parseNpz(await readBytes("readNpz", path), { ...options, file: options.file ?? path });
}

/**
 * Writes tensors to an .npz file: see `encodeNpz`. Every reader finds the old file or the complete new one.
 * @throws FormatError or ArgumentError before it writes; FileError if the file cannot be written: the old one remains
 */
export async function writeNpz(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  options: EncodeNpzOptions = {},
): Promise<void> {
  text("writeNpz", "the path", path);
  await writeAtomically(path, encodeNpz(tensors, options));
}
