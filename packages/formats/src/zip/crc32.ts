/** The checksum of zip files: the remainder of the bytes, as a polynomial over two elements, divided by a fixed one. */

/** The divisor x^32 + x^26 + x^23 + ... + 1 of ISO 3309, without its first term, lowest power in the highest bit. */
const DIVISOR = 0xedb88320;

/** tables[k][b]: what byte b contributes when k bytes follow it in a group of four. */
const tables: readonly Uint32Array[] = tablesOf();

function tablesOf(): Uint32Array[] {
  const own = Array.from({ length: 4 }, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ DIVISOR : rest >>> 1;
    own[0][byte] = rest;
  }
  for (let k = 1; k < 4; k++)
    for (let byte = 0; byte < 256; byte++) {
      const before = own[k - 1][byte];
      own[k][byte] = own[0][before & 255] ^ (before >>> 8);
    }
  return own;
}

/** The CRC-32 of bytes, from 0 to 2^32 - 1. */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3] = tables;
  const groups = bytes.length - (bytes.length % 4);
  let rest = 0xffffffff;
  for (let i = 0; i < groups; i += 4) {
    rest ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    rest = t3[rest & 255] ^ t2[(rest >>> 8) & 255] ^ t1[(rest >>> 16) & 255] ^ t0[rest >>> 24];
  }
  for (let i = groups; i < bytes.length; i++) rest = t0[(rest ^ bytes[i]) & 255] ^ (rest >>> 8);
  return ~rest >>> 0;
}
