/**
 * CRC-32C (Castagnoli), the checksum of TensorBoard's files.
 *
 * The remainder of the bytes, as a polynomial over GF(2), on division by 0x1EDC6F41; bits are taken from the lowest up, so the
 * divisor is reversed here. Source: G. Castagnoli et al., "Optimization of cyclic redundancy-check codes" (1993); RFC 3720.
 */
const REVERSED = 0x82f63b78;

/** The remainder of each byte. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ REVERSED : rest >>> 1;
  return rest >>> 0;
});

export function crc32c(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ table[(rest ^ byte) & 255];
  return ~rest >>> 0;
}

/** The checksum as these files have it: the CRC of data that contains CRCs would be weak, so it is turned and shifted. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
