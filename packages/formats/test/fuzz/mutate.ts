/** Random changes of bytes, as coverage-guided fuzzers make them: all from one seed. */
import { Random } from "@polygrad/tensor";
import { joined } from "../safetensors/handmade.ts";

/** Values at which checks of numbers tend to break. */
const SIZES = [0, 1, 2, 7, 8, 127, 128, 255, 256, 0x7fff, 0xffff, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 53, 2 ** 63];

/** The longest file that mutations make. */
const LONGEST = 65_536;

/** Draws changes. */
export class Mutator {
  readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** One to eight changes of a file; `other` is one that parts can come from. */
  mutated(file: Uint8Array, other: Uint8Array): Uint8Array {
    let bytes: Uint8Array = file.slice();
    for (let k = 1 << this.random.below(4); k > 0; k--) bytes = this.#change(bytes, other);
    return bytes.subarray(0, LONGEST);
  }

  #change(bytes: Uint8Array, other: Uint8Array): Uint8Array {
    const at = this.random.below(bytes.length + 1);
    const length = this.random.below(Math.min(64, bytes.length - at) + 1);
    switch (this.random.below(8)) {
      case 0: // flips a bit
        if (at < bytes.length) bytes[at] ^= 1 << this.random.below(8);
        return bytes;
      case 1: // sets a byte
        if (at < bytes.length) bytes[at] = this.random.below(256);
        return bytes;
      case 2:
        return this.#sized(bytes, at);
      case 3: // removes
        return joined(bytes.subarray(0, at), bytes.subarray(at + length));
      case 4: // repeats
        return joined(bytes.subarray(0, at + length), bytes.subarray(at));
      case 5: // copies elsewhere
        bytes.copyWithin(this.random.below(bytes.length + 1), at, at + length);
        return bytes;
      case 6: {
        // inserts a part of another file
        const from = this.random.below(other.length + 1);
        return joined(bytes.subarray(0, at), other.subarray(from, from + this.random.below(64)), bytes.subarray(at));
      }
      default: // cuts, seldom
        return this.random.below(8) === 0 ? bytes.subarray(0, at) : bytes;
    }
  }

  /** Writes an integer of 1 to 8 bytes, in either byte order, or a decimal number. */
  #sized(bytes: Uint8Array, at: number): Uint8Array {
    const value = SIZES[this.random.below(SIZES.length)] + this.random.below(3) - 1;
    if (this.random.below(4) === 0) {
      const digits = new TextEncoder().encode(String(value));
      return joined(bytes.subarray(0, at), digits, bytes.subarray(at + this.random.below(4)));
    }
    const [length, isBig] = [1 << this.random.below(4), this.random.below(4) === 0];
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), !isBig);
    const word = new Uint8Array(view.buffer);
    bytes.set((isBig ? word.subarray(8 - length) : word.subarray(0, length)).subarray(0, bytes.length - at), at);
    return bytes;
  }
}
