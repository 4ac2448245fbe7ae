/** One file from the network: verified before the disk sees it, so there is never half a file to find. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { ChecksumError, DownloadError } from "../errors.ts";
import { md5, writeAtomically } from "./file.ts";
import type { Progress } from "./progress.ts";

export interface DownloadOptions {
  /** What the file's MD5 must be; without it, whatever arrives whole is accepted. */
  readonly md5?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The most bytes to accept, 256 MiB unless told: the file is held in memory until it is verified. */
  readonly maxBytes?: number | undefined;
}

/**
 * Downloads `url` to the file `destination`, making its directory if need be and replacing a file that is there.
 * Nothing is resumed. Whatever fails, `destination` is as it was and no other file is left behind.
 *
 * @returns the bytes of the file
 * @throws DownloadError if the file does not arrive whole, is too large or cannot be written
 * @throws ChecksumError if it is not the file expected
 */
export async function download(url: string, destination: string, options: DownloadOptions = {}): Promise<Uint8Array> {
  const { md5: expected, onProgress, signal, maxBytes = 2 ** 28 } = options;
  if (!URL.canParse(url))
    throw new DownloadError(`download: "${url}" is not an address; give one that starts with https:// or http://`);
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new DownloadError(`download: maxBytes is ${maxBytes}; give a number of bytes`);
  if (expected !== undefined && !/^[0-9a-f]{32}$/.test(expected)) {
    throw new DownloadError(`download: "${expected}" is not an MD5; give 32 lower-case hexadecimal digits`);
  }
  const { bytes, total } = await receive(url, maxBytes, onProgress, signal);
  const actual = md5(bytes);
  if (expected !== undefined && actual !== expected) {
    throw new ChecksumError(
      `download: ${url}: MD5 is ${actual}, expected ${expected}; nothing was kept, try again or another mirror`,
    );
  }
  try {
    await mkdir(dirname(destination), { recursive: true });
    await writeAtomically(destination, bytes);
  } catch (cause) {
    throw new DownloadError(`download: cannot write ${destination}: ${reason(cause)}; choose another directory`, {
      cause,
    });
  }
  onProgress?.({ url, received: bytes.length, total, done: true });
  return bytes;
}

async function receive(
  url: string,
  maxBytes: number,
  onProgress: DownloadOptions["onProgress"],
  signal: AbortSignal | undefined,
): Promise<{ bytes: Uint8Array; total: number | undefined }> {
  const failed = (cause: unknown): never => {
    signal?.throwIfAborted();
    throw new DownloadError(
      `download: ${url}: ${reason(cause)}; check the connection and try again, or use another mirror`,
      { cause },
    );
  };
  // The file is compressed already; a server that compressed it again would spoil sizes and checksum.
  const headers = { "accept-encoding": "identity" };
  const response = await fetch(url, { headers, signal: signal ?? null }).catch(failed);
  const length = response.headers.get("content-length");
  const total = length === null ? undefined : Number(length);
  const reader = response.body?.getReader();
  try {
    if (!response.ok || reader === undefined) {
      throw new DownloadError(
        `download: ${url}: HTTP status ${response.status} ${response.statusText}; ` +
          `check the address, or use another mirror`,
      );
    }
    const pieces: Uint8Array[] = [];
    let received = 0;
    for (;;) {
      if (Math.max(received, total ?? 0) > maxBytes) {
        throw new DownloadError(
          `download: ${url}: larger than the ${maxBytes} bytes allowed; raise maxBytes if you trust the address`,
        );
      }
      onProgress?.({ url, received, total, done: false });
      const { done, value } = await reader.read().catch(failed);
      if (done) return { bytes: Buffer.concat(pieces), total };
      pieces.push(value);
      received += value.length;
    }
  } finally {
    // Hangs up if we leave early; after the end, or an error, there is nothing left to cancel.
    await reader?.cancel().catch(() => {});
  }
}

/** `fetch` says "fetch failed" and "terminated"; what happened stands in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  return error.message === "" && "code" in error ? String(error.code) : error.message;
}
