/** .npy files put together byte by byte: they owe nothing to the writer under test. */
import { joined } from "../safetensors/handmade.ts";
import { fields } from "../zip/handmade.ts";

/** A file of that version with that header and those elements. */
export function npy(header: string, data: Uint8Array | readonly number[], version = 1): Uint8Array {
  const text =
    version === 3 ? new TextEncoder().encode(header) : Uint8Array.from(header, (letter) => letter.charCodeAt(0));
  const begin = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0);
  return joined(begin, fields([version === 1 ? 2 : 4, text.length]), text, Uint8Array.from(data));
}
