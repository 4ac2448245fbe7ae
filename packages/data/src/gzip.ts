/** Decompression of gzip, the format in which IDX files are published. */
import { described, text } from "@polygrad/tensor/internal";
import { IdxError } from "./errors.ts";

/**
 * Decompresses a gzip file, in browsers and in Node. Bytes that do not begin like a gzip file are returned unchanged,
 * so it accepts compressed and uncompressed files.
 *
 * @param bytes the whole file
 * @param limit the largest result to allow, in bytes, defaults to 1 GiB: a small file can decompress to gigabytes
 * @param name the name of the file in error messages
 * @returns the decompressed bytes, or `bytes` itself if it is not a gzip file
 * @throws IdxError if the file is corrupt, truncated, or decompresses to more than `limit` bytes
 */
export async function gunzip(
  bytes: Uint8Array,
  limit: number = 2 ** 30,
  name: string = "gzip file",
): Promise<Uint8Array> {
  text("gunzip", "the name", name);
  const refuse = (what: string, options?: ErrorOptions): IdxError => new IdxError(`gunzip: ${name}: ${what}`, options);
  if (!(bytes instanceof Uint8Array)) throw refuse(`expected a Uint8Array, got ${described(bytes)}`);
  if (!Number.isSafeInteger(limit) || limit < 0)
    throw refuse(`limit is ${described(limit)}; give a number of bytes, an integer of at least 0`);
  if (!isGzip(bytes)) return bytes;

  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of inflated(bytes, refuse)) {
    pieces.push(piece);
    length += piece.length;
    if (length > limit)
      throw refuse(`the file decompresses to more than ${limit} bytes; raise the limit if you trust the file`);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * The decompressed pieces of a gzip file, each decompressed on demand: whoever stops iterating stops the decompression.
 *
 * @throws what `refuse` makes of the reason if the file is corrupt or truncated
 */
export async function* inflated(
  bytes: Uint8Array,
  refuse: (what: string, options: ErrorOptions) => IdxError,
): AsyncGenerator<Uint8Array> {
  const reader = inPieces(bytes).pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : cause;
        throw refuse(`the file is corrupt or truncated (${reason}); get a new copy`, { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    // After the end or an error, there is nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * The bytes in copies of 64 KiB, each made on demand, so that a decompressor cancelled early reads only what it needs.
 */
function inPieces(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller): void {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + 65_536));
      at += 65_536;
    },
  });
}

/** Whether the bytes begin with the two that identify a gzip file (RFC 1952, section 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
