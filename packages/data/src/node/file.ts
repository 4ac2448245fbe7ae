/** Writing files atomically, and their MD5 checksums. */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { instance, text } from "@polygrad/tensor/internal";
import { FileError } from "../errors.ts";

/** The MD5 of `bytes` in lower-case hexadecimal. It detects damaged files, but not files altered on purpose. */
export async function md5(bytes: Uint8Array): Promise<string> {
  // Loaded when it is needed, because every thread of a run imports this file.
  const { createHash } = await import("node:crypto");
  return createHash("md5").update(bytes).digest("hex");
}

/**
 * Writes a file so that every reader finds either the old file or the complete new one, even after the power fails. It
 * writes a temporary file in the same directory, flushes it to the disk, renames it, and flushes the directory. If a
 * step fails, it removes the temporary file; only a process that is killed leaves one, `path` with `.ID.part` at its end.
 * @throws FileError, which names the path, if the file cannot be written; ArgumentError if the path is not text or the
 * bytes are not a Uint8Array
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  text("writeAtomically", "the path", path);
  instance(Uint8Array, "a Uint8Array")("writeAtomically", "the bytes", bytes);
  const temporary = `${path}.${crypto.randomUUID()}.part`;
  try {
    await flushed(temporary, "wx", (file) => file.writeFile(bytes));
    await rename(temporary, path);
    // Windows flushes no directories.
    if (process.platform !== "win32") await flushed(dirname(path), "r", async () => {});
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new FileError(
      `writeAtomically: cannot write ${path}: ${cause instanceof Error ? cause.message : cause}; ` +
        "free some space or choose another directory",
      { cause },
    );
  }
}

/** Opens a file, works on it, and has the system write it to the disk. */
async function flushed(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
