/** Safetensors in files. Read parse.ts and encode.ts first. */
import { readFile } from "node:fs/promises";
import { FileError } from "@polygrad/data";
import { writeAtomically } from "@polygrad/data/node";
import type { Tensor } from "@polygrad/tensor";
import { checkOptions, text } from "@polygrad/tensor/internal";
import { type EncodeOptions, encodeSafetensors } from "../safetensors/encode.ts";
import { type ParseOptions, parseChecks, parseSafetensors, type Safetensors } from "../safetensors/parse.ts";

/**
 * Reads a safetensors file: see `parseSafetensors`. F32 and F64 are views of the file's bytes in memory.
 * @throws FileError if it cannot be read; FormatError if it is not safetensors. Both name the path.
 */
export async function readSafetensors(path: string, options: ParseOptions = {}): Promise<Safetensors> {
  checkOptions("readSafetensors", options, parseChecks);
  return parseSafetensors(await readBytes("readSafetensors", path), { ...options, file: options.file ?? path });
}

/**
 * Writes tensors to a safetensors file: see `encodeSafetensors`. Every reader finds the old file or the complete new one.
 * @throws FormatError or ArgumentError before it writes; FileError if the file cannot be written: the old one remains
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  options: EncodeOptions = {},
): Promise<void> {
  text("writeSafetensors", "the path", path);
  await writeAtomically(path, encodeSafetensors(tensors, options));
}

/** The bytes of a file. @throws FileError, which names the operation and the path */
export async function readBytes(operation: string, path: string): Promise<Uint8Array> {
  text(operation, "the path", path);
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FileError(
      `${operation}: cannot read ${path}: ${cause instanceof Error ? cause.message : cause}; check the path`,
      { cause },
    );
  }
}
