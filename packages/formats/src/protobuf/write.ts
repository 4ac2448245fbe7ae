/**
 * Protocol Buffers, written: the bytes of ONNX models and of TensorBoard's events.
 *
 * A message is a list of fields, each a key and a value. The key is (number << 3) | kind, a varint: 7 bits in a byte, the
 * lowest first, the eighth set in all bytes but the last. The kinds used here: 0 is a varint; 1 is 8 bytes and 5 is 4,
 * little-endian; 2 is a length and so many bytes: texts, messages, packed arrays.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
import { joined } from "../bytes.ts";

/** A message that is being written, field by field. */
export class MessageWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** An integer: int32, int64, bool or an enumeration. A negative one takes ten bytes, as the format has it. */
  integer(field: number, value: number | bigint): this {
    return this.#key(field, 0).#varint(BigInt.asUintN(64, BigInt(value)));
  }

  float(field: number, value: number): this {
    const bytes = new DataView(new ArrayBuffer(4));
    bytes.setFloat32(0, value, true);
    return this.#key(field, 5).#push(bytes);
  }

  double(field: number, value: number): this {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setFloat64(0, value, true);
    return this.#key(field, 1).#push(bytes);
  }

  /** Bytes as they are. They are not copied before `finish`. */
  bytes(field: number, value: Uint8Array): this {
    return this.#key(field, 2).#varint(BigInt(value.length)).#push(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** A message within this one. It is not copied before `finish`. */
  message(field: number, value: MessageWriter): this {
    this.#key(field, 2).#varint(BigInt(value.#length));
    for (const chunk of value.#chunks) this.#push(chunk);
    return this;
  }

  /** Doubles one after the other, in one field. */
  packedDoubles(field: number, values: readonly number[]): this {
    const bytes = new DataView(new ArrayBuffer(8 * values.length));
    for (const [k, value] of values.entries()) bytes.setFloat64(8 * k, value, true);
    return this.bytes(field, new Uint8Array(bytes.buffer));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return joined(this.#chunks);
  }

  #key(field: number, kind: number): this {
    return this.#varint(BigInt(field * 8 + kind));
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    for (let rest = value; ; rest >>= 7n) {
      const low = Number(rest & 127n);
      if (rest < 128n) return this.#push(Uint8Array.of(...bytes, low));
      bytes.push(low | 128);
    }
  }

  #push(view: Uint8Array | DataView): this {
    const chunk = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    return this;
  }
}
