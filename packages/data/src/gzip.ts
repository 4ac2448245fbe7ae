/** gzip, which IDX files are published in. */
import { IdxError } from "./errors.ts";

/**
 * Decompresses a gzip file, in browsers and in Node alike. Bytes that do not start like gzip are returned as they are,
 * so a file may be compressed or not.
 *
 * @param bytes the whole file
 * @param limit the most bytes the result may have: a few hundred kilobytes can decompress to gigabytes
 * @param name what error messages call it
 * @throws IdxError if the file is corrupt, truncated, or decompresses to more than `limit` bytes
 */
export async function gunzip(
  bytes: Uint8Array,
  limit: number = 2 ** 30,
  name: string = "gzip file",
): Promise<Uint8Array> {
  const refuse = (what: string, options?: ErrorOptions): IdxError => new IdxError(`gunzip: ${name}: ${what}`, options);
  if (!(bytes instanceof Uint8Array))
    throw refuse(`expected a Uint8Array, got ${Object.prototype.toString.call(bytes)}`);
  if (!Number.isSafeInteger(limit) || limit < 0) throw refuse(`limit is ${limit}; give a number of bytes`);
  if (!isGzip(bytes)) return bytes;

  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = inPieces(bytes).pipeThrough(new DecompressionStream("gzip")).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw refuse(`corrupt or truncated (${cause instanceof Error ? cause.message : cause}); get it again`, { cause });
    });
    if (done) break;
    pieces.push(value);
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw refuse(`decompresses to more than the ${limit} bytes allowed; raise the limit if you trust the file`);
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Copies of 64 KiB, made when asked for: a decompressor that is cancelled early has read no more than it needed. */
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

/** Whether the bytes start as RFC 1952 says a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
