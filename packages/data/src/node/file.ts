/** Files that are either whole or not there, and their checksums. */
import { createHash, randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/** The MD5 of `bytes` in lower-case hexadecimal. It tells damaged files, not malicious ones. */
export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/**
 * Writes a file so that whoever looks finds the old one or the whole new one: under another name in the same directory,
 * flushed to the disk, then renamed. If anything fails, the other name is removed again.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
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
