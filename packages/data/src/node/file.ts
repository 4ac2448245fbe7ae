/** Writing files atomically, and their MD5 checksums. */
import { open, rename, rm } from "node:fs/promises";
import { instance, text } from "@polygrad/tensor/internal";

/** The MD5 of `bytes` in lower-case hexadecimal. It detects damaged files, but not files altered on purpose. */
export async function md5(bytes: Uint8Array): Promise<string> {
  // Loaded when it is needed, because every thread of a run imports this file.
  const { createHash } = await import("node:crypto");
  return createHash("md5").update(bytes).digest("hex");
}

/**
 * Writes a file so that every reader finds either the old file or the complete new one. It writes a temporary file in
 * the same directory, flushes it to the disk, and renames it. If a step fails, it removes the temporary file and
 * rethrows.
 * @throws ArgumentError if the path is not text or the bytes are not a Uint8Array
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  text("writeAtomically", "the path", path);
  instance(Uint8Array, "a Uint8Array")("writeAtomically", "the bytes", bytes);
  const temporary = `${path}.${crypto.randomUUID()}.part`;
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
