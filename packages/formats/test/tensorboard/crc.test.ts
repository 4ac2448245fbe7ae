/** The checksums of RFC 3720, appendix B.4. */
import { expect, test } from "vitest";
import { crc32c, maskedCrc32c } from "../../src/tensorboard/crc.ts";

test.each([
  ["32 bytes of zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 bytes of ones", new Uint8Array(32).fill(255), 0x62a8ab43],
  ["the bytes 0 to 31", Uint8Array.from({ length: 32 }, (_, k) => k), 0x46dd794e],
  ["the bytes 31 to 0", Uint8Array.from({ length: 32 }, (_, k) => 31 - k), 0x113fdb5c],
  ["the digits 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
])("of %s", (_, bytes, checksum) => {
  expect(crc32c(bytes)).toBe(checksum);
});

test("masked, it is turned right by 15 bits, and a constant is added", () => {
  // 0xe3069283: the low 15 bits, 0x1283, come first, and then the high 17, 0x1c60d.
  expect(maskedCrc32c(new TextEncoder().encode("123456789"))).toBe((0x1283 * 2 ** 17 + 0x1c60d + 0xa282ead8) % 2 ** 32);
});
