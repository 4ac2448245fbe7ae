/** The download of a file: it is verified before it is written, so the disk never holds part of a file. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import {
  type Check,
  type Checks,
  callable,
  checkOptions,
  instance,
  integerFrom,
  text,
} from "@polygrad/tensor/internal";
import { ChecksumError, DownloadError } from "../errors.ts";
import { md5, writeAtomically } from "./file.ts";
import type { Progress } from "./progress.ts";

/** The options of {@link download}. */
export interface DownloadOptions {
  /**
   * The MD5 that the file must have, in lower-case hexadecimal. By default, any file that arrives whole is accepted.
   */
  readonly md5?: string | undefined;
  /** Called as the download proceeds. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Aborts the download, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The largest file to accept, in bytes; it is held in memory until it has been verified. Defaults to 256 MiB. */
  readonly maxBytes?: number | undefined;
}

/** A signal that aborts a download. */
export const abortSignal: Check = instance(AbortSignal, "an AbortSignal, such as new AbortController().signal");

const downloadOptions: Checks<DownloadOptions> = {
  md5: text,
  onProgress: callable,
  signal: abortSignal,
  maxBytes: integerFrom(1),
};

/**
 * Downloads `url` to the file `destination`. It creates the directory if there is none, and replaces an existing file.
 * It does not resume an earlier download. If anything fails, `destination` is unchanged and no other file is left.
 *
 * @returns the bytes of the file
 * @throws ArgumentError or ValueError if an argument is invalid
 * @throws DownloadError if the URL or the MD5 is not one, or the file does not arrive whole, is too large or cannot be written
 * @throws ChecksumError if the file does not have the MD5 expected
 * @throws the signal's reason if the signal is aborted
 */
export async function download(url: string, destination: string, options: DownloadOptions = {}): Promise<Uint8Array> {
  text("download", "the URL", url);
  text("download", "the destination", destination);
  checkOptions("download", options, downloadOptions);
  const { md5: expected, onProgress, signal, maxBytes = 2 ** 28 } = options;
  if (!URL.canParse(url))
    throw new DownloadError(`download: "${url}" is not a URL; give one that starts with https:// or http://`);
  if (expected !== undefined && !/^[0-9a-f]{32}$/.test(expected)) {
    throw new DownloadError(`download: "${expected}" is not an MD5; give 32 lower-case hexadecimal digits`);
  }
  const { bytes, total } = await receive(url, maxBytes, onProgress, signal);
  const actual = await md5(bytes);
  if (expected !== undefined && actual !== expected) {
    throw new ChecksumError(
      `download: ${url}: MD5 is ${actual}, expected ${expected}; nothing was saved, try again or use another mirror`,
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
  // The files are already compressed. If the server compressed them again, sizes and progress would be wrong.
  const headers = { "accept-encoding": "identity" };
  const response = await fetch(url, { headers, signal: signal ?? null }).catch(failed);
  const length = response.headers.get("content-length");
  const total = length === null ? undefined : Number(length);
  const reader = response.body?.getReader();
  try {
    if (!response.ok || reader === undefined) {
      throw new DownloadError(
        `download: ${url}: HTTP status ${response.status} ${response.statusText}; ` +
          "check the URL, or use another mirror",
      );
    }
    const pieces: Uint8Array[] = [];
    let received = 0;
    for (;;) {
      if (Math.max(received, total ?? 0) > maxBytes) {
        throw new DownloadError(
          `download: ${url}: the file is larger than ${maxBytes} bytes; raise maxBytes if you trust the server`,
        );
      }
      onProgress?.({ url, received, total, done: false });
      const { done, value } = await reader.read().catch(failed);
      if (done) return { bytes: Buffer.concat(pieces), total };
      pieces.push(value);
      received += value.length;
    }
  } finally {
    // Closes the connection if we leave early. After the end or an error, there is nothing to cancel.
    await reader?.cancel().catch(() => {});
  }
}

/** What went wrong, in words. `fetch` itself says only "fetch failed" or "terminated"; the reason is in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  return error.message === "" && "code" in error ? String(error.code) : error.message;
}
