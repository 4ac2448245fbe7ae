/** Files of the published format, put together byte by byte: they owe nothing to the writer under test. */

/** The length of the header in 8 bytes, little-endian, the header, and the data. */
export function handmade(header: string | object, data: Uint8Array | readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  return joined(lengthField(BigInt(text.length)), text, Uint8Array.from(data));
}

/** A 64-bit length, little-endian. */
export function lengthField(length: bigint): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, i) => Number((length >> BigInt(8 * i)) & 255n));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Bytes from hexadecimal, with spaces for the eye. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(/\s/g, "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Bytes in hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
