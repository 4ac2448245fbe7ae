/** Where the text of a table comes from: whole, or in pieces of text or of bytes, which are decoded one after the other. */
import { described } from "@polygrad/tensor/internal";
import { DatasetError } from "../errors.ts";

/** A part of a text: characters, or bytes in UTF-8. A part may end within a character, or within a line. */
export type Piece = string | Uint8Array;

/** A text: all of it, or pieces in order, such as the `body` of a response. */
export type TextSource = Piece | Iterable<Piece> | AsyncIterable<Piece> | ReadableStream<Piece>;

/** A text that is given whole is handed on in pieces of so many characters or bytes. */
const PIECE = 65_536;

/**
 * The pieces of a text, each drawn when the last one has been used. A stream that is not read to its end is cancelled.
 *
 * @throws DatasetError if the source is something else, or bytes are not UTF-8: the error names the operation
 */
export async function* piecesOf(operation: string, source: TextSource): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const piece of inOrder(operation, source)) {
    if (typeof piece === "string") yield piece;
    else if (piece instanceof Uint8Array) yield decoded(() => decoder.decode(piece, { stream: true }));
    else throw new DatasetError(`${operation}: a piece must be text or a Uint8Array, got ${described(piece)}`);
  }
  yield decoded(() => decoder.decode());

  function decoded(decode: () => string): string {
    try {
      return decode();
    } catch (cause) {
      throw new DatasetError(`${operation}: the bytes are not UTF-8; save the table in that encoding`, { cause });
    }
  }
}

function inOrder(operation: string, source: TextSource): Iterable<Piece> | AsyncIterable<Piece> {
  if (typeof source === "string" || source instanceof Uint8Array) return cut(source);
  if (source instanceof ReadableStream) return drawn(source);
  if (isIterable(source)) return source;
  throw new DatasetError(
    `${operation}: the source must be text, a Uint8Array, or pieces of these from an iterable or a stream, got ${described(source)}`,
  );
}

function isIterable(source: unknown): source is Iterable<Piece> | AsyncIterable<Piece> {
  if (typeof source !== "object" || source === null) return false;
  return Symbol.iterator in source || Symbol.asyncIterator in source;
}

function* cut(whole: Piece): Generator<Piece> {
  for (let at = 0; at < whole.length; at += PIECE)
    yield typeof whole === "string" ? whole.slice(at, at + PIECE) : whole.subarray(at, at + PIECE);
}

/** The pieces of a stream. Not every browser lets `for await` read one. */
async function* drawn(stream: ReadableStream<Piece>): AsyncGenerator<Piece> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // After the end or an error, there is nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
}
