/**
 * Protocol Buffers, read from bytes that nothing is known of. Read write.ts first: it describes the format.
 *
 * Bytes are never copied, and a list has at most as many elements as its bytes. So a file costs memory in proportion to
 * its size, whatever lengths it claims.
 */
import type { FormatError } from "../errors.ts";

export type Refuse = (what: string) => FormatError;

/** A value as it is written: an integer, or bytes. */
type Written = bigint | Uint8Array;

/** How values are written; 3 and 4, of groups, are of the past. */
const kinds = ["an integer", "8 bytes", "a length and bytes", undefined, undefined, "4 bytes"] as const;
type WireKind = Exclude<(typeof kinds)[number], undefined>;

/** The most fields of a message: each takes about 100 bytes of memory, but may have only two in the file. */
const MOST_FIELDS = 2 ** 20;

/** A message that has been read: its fields by number. A field that occurs more than once is a list. */
export class MessageReader {
  readonly #fields = new Map<number, { readonly kind: WireKind; readonly value: Written }[]>();
  readonly #refuse: Refuse;

  constructor(message: Uint8Array, refuse: Refuse) {
    this.#refuse = refuse;
    const cursor = new Cursor(message, refuse);
    for (let count = 0; !cursor.isAtEnd; count++) {
      if (count === MOST_FIELDS) throw refuse(`a message has more than ${MOST_FIELDS} fields, which are too many`);
      const { at } = cursor;
      const key = cursor.varint();
      const [field, kind] = [Number(key >> 3n), kinds[Number(key & 7n)]];
      if (kind === undefined || field === 0 || field >= 2 ** 29)
        throw refuse(`byte ${at} of a message is not the key of a field; the file is damaged or of another format`);
      const list = this.#fields.get(field) ?? [];
      list.push({ kind, value: valueAt(cursor, kind) });
      this.#fields.set(field, list);
    }
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  /** All values of a field that holds texts, messages or bytes. */
  all(field: number): Uint8Array[] {
    return (this.#fields.get(field) ?? []).map(({ kind, value }) => {
      if (kind !== "a length and bytes" || typeof value === "bigint") throw this.#mistaken(field, kind);
      return value;
    });
  }

  /** The bytes of a field; undefined if it is absent. Of several, the last counts, as the format has it. */
  bytes(field: number): Uint8Array | undefined {
    return this.all(field).at(-1);
  }

  /** All texts of a field. */
  texts(field: number): string[] {
    return this.all(field).map((bytes) => {
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        throw this.#refuse(`field ${field} of a message is not valid UTF-8; the file is damaged`);
      }
    });
  }

  text(field: number): string {
    return this.texts(field).at(-1) ?? "";
  }

  /** All integers of a field, signed; they may be packed: one after the other in one value. */
  integers(field: number): number[] {
    const all: number[] = [];
    for (const { kind, value } of this.#fields.get(field) ?? []) {
      if (typeof value === "bigint") all.push(signed(value));
      else if (kind !== "a length and bytes") throw this.#mistaken(field, kind);
      else for (const cursor = new Cursor(value, this.#refuse); !cursor.isAtEnd; ) all.push(signed(cursor.varint()));
    }
    return all;
  }

  integer(field: number): number {
    return this.integers(field).at(-1) ?? 0;
  }

  /** All floats of a field, of 4 or 8 bytes; they may be packed. */
  floats(field: number, bytes: 4 | 8 = 4): number[] {
    const all: number[] = [];
    for (const { kind, value } of this.#fields.get(field) ?? []) {
      const isFloat = kind === `${bytes} bytes` || kind === "a length and bytes";
      if (typeof value === "bigint" || !isFloat || value.length % bytes !== 0) throw this.#mistaken(field, kind);
      const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
      for (let at = 0; at < value.length; at += bytes)
        all.push(bytes === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
    }
    return all;
  }

  #mistaken(field: number, kind: WireKind): FormatError {
    return this.#refuse(`field ${field} of a message is written as ${kind}; the file is damaged or of another format`);
  }
}

/** As int64, which is how negative integers are written. Beyond 2^53, the nearest float64. */
function signed(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}

function valueAt(cursor: Cursor, kind: WireKind): Written {
  if (kind === "an integer") return cursor.varint();
  return cursor.bytes(kind === "4 bytes" ? 4n : kind === "8 bytes" ? 8n : cursor.varint());
}

/** A place in bytes. */
class Cursor {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #refuse: Refuse;

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.#bytes = bytes;
    this.#refuse = refuse;
  }

  get isAtEnd(): boolean {
    return this.at === this.#bytes.length;
  }

  bytes(length: bigint): Uint8Array {
    const left = this.#bytes.length - this.at;
    if (length > left)
      throw this.#refuse(`a field of ${length} bytes has only ${left}; the file is truncated or of another format`);
    this.at += Number(length);
    return this.#bytes.subarray(this.at - Number(length), this.at);
  }

  /** An unsigned integer of up to 64 bits. */
  varint(): bigint {
    const start = this.at;
    let value = 0n;
    for (let shift = 0n; this.at < this.#bytes.length && shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128 && value < 2n ** 64n) return value;
      if (byte < 128) break;
    }
    throw this.#refuse(
      `the integer at byte ${start} of a message does not end or has more than 64 bits; it is damaged`,
    );
  }
}
