/** Bytes of files that are being written. */
import { MemoryError } from "@polygrad/tensor";
import type { FormatError } from "./errors.ts";

/** Parts of a file, one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Zeros in the place of a file. @throws MemoryError if there is no room for it */
export function roomFor(bytes: number, refuse: (what: string) => FormatError): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch {
    throw new MemoryError(refuse(`no memory for a file of ${bytes} bytes; write several files`).message);
  }
}
