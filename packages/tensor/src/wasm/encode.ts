/** How the binary format of WebAssembly encodes numbers, strings and sections (WebAssembly Core 2.0, chapter 5). */

/** Bytes, and in their midst other code: what contains code does not copy it. */
export type Code = readonly (number | Code)[];

/** The number of bytes. */
export function lengthOf(code: Code): number {
  let length = 0;
  for (const part of code) length += typeof part === "number" ? 1 : lengthOf(part);
  return length;
}

/** The bytes, in order. */
export function bytesOf(code: Code): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(code));
  write(code, bytes, 0);
  return bytes;
}

/** Writes code from index `at` on, and returns the index after it. */
function write(code: Code, bytes: Uint8Array, at: number): number {
  let next = at;
  for (const part of code)
    if (typeof part === "number") bytes[next++] = part;
    else next = write(part, bytes, next);
  return next;
}

/** Unsigned LEB128: seven bits in each byte, lowest bits first; the top bit says that more bytes follow. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = rest & 0x7f;
    rest >>>= 7;
    if (rest === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** Signed LEB128: ends when only sign bits remain and the last bit written agrees with them. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; ) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = low < 0x40 ? rest === 0 : rest === -1;
    if (done) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** The little-endian bytes of a float32 or float64. */
export function float(value: number, bits: 32 | 64): number[] {
  const view = new DataView(new ArrayBuffer(bits / 8));
  if (bits === 32) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

/** A vector: its length, then its items. */
export function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), ...items];
}

/** A name: its length in bytes, then its characters (ours are all ASCII). */
export function name(text: string): Code {
  return [unsigned(text.length), Array.from(text, (character) => character.charCodeAt(0))];
}

/** A section: its number, its length in bytes, its content. */
export function section(id: number, content: Code): Code {
  return [id, unsigned(lengthOf(content)), content];
}
