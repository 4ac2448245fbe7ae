/** Inflating: decompression that takes no more memory than its result, and stops where the result is too long. */
import { Inflate } from "fflate";
import { joined } from "../bytes.ts";

/** The most that a byte of deflate can become: 258 bytes in 2 bits (RFC 1951, section 3.2.5). */
export const LARGEST_RATIO = 1032;

/**
 * How many bytes are inflated at once. At most 1032 times as many come out: 4 MB, or for a file that is to become 16 MB or
 * more, that much.
 */
const pieceFor = (size: number) => (size < 2 ** 24 ? 4096 : 16_384);

/**
 * Inflates raw deflate, as in zip files, to exactly `size` bytes.
 * @throws what `refuse` makes of the reason: the data is not deflate, or gives more or fewer bytes
 */
export function inflated(compressed: Uint8Array, size: number, refuse: (what: string) => Error): Uint8Array {
  const pieces: Uint8Array[] = [];
  const step = pieceFor(size);
  // Of a stored block, up to 65,535 bytes, nothing comes out before all of it has gone in.
  const longestSilence = 65_536 + 2 * step;
  let [length, silence] = [0, 0];
  const stream = new Inflate((piece) => {
    length += piece.length;
    silence = piece.length > 0 ? 0 : silence;
    if (length <= size) pieces.push(piece);
  });
  for (let at = 0; at < compressed.length && length <= size; at += step) {
    silence += step;
    if (silence > longestSilence) throw refuse(`its compressed data ends after ${length} of ${size} bytes`);
    try {
      stream.push(compressed.subarray(at, at + step), at + step >= compressed.length);
    } catch (cause) {
      throw refuse(`it cannot be inflated: ${cause instanceof Error ? cause.message : cause}`);
    }
  }
  if (length !== size)
    throw refuse(
      `the directory says that it has ${size} bytes, but ${length > size ? "more" : `only ${length}`} come out`,
    );
  return pieces.length === 1 ? pieces[0] : joined(pieces);
}
