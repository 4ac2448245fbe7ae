/** The state of an unpickler, and how it reads bytes: a stack, a memo, a position. Nothing here knows any opcode. */
import type { FormatError } from "../errors.ts";
import type { PickleValue, Sequence, StorageReference } from "./values.ts";

/** The most steps of a pickle. A tensor takes about 40, so they suffice for a hundred thousand tensors. */
export const MOST_STEPS: number = 2 ** 22;

/** An unpickler. Its parts are public to the opcodes. */
export class Machine {
  /** The values since the last mark. */
  stack: PickleValue[] = [];
  /** The values before each mark. */
  readonly marked: PickleValue[][] = [];
  readonly memo: Map<number, PickleValue> = new Map();
  /** How much work is left; see `spend`. */
  #left: number = MOST_STEPS;
  /** The next byte. */
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #refuse: (what: string) => FormatError;
  /** What a persistent identifier stands for. */
  readonly persistent: (id: PickleValue) => StorageReference;

  constructor(
    bytes: Uint8Array,
    at: number,
    persistent: (id: PickleValue) => StorageReference,
    refuse: (what: string) => FormatError,
  ) {
    this.at = at;
    this.persistent = persistent;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#refuse = refuse;
  }

  refuse(what: string): FormatError {
    return this.#refuse(`byte ${this.at} of the pickle: ${what}`);
  }

  /** Counts work: one step for each opcode and for each value that it copies, so that no pickle takes more than linear time. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw this.refuse(`it takes more than ${MOST_STEPS} steps; save fewer values`);
  }

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined) throw this.refuse("an opcode needs a value, but the stack is empty");
    return value;
  }

  top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined) throw this.refuse("an opcode needs a value, but the stack is empty");
    return value;
  }

  mark(): void {
    this.marked.push(this.stack);
    this.stack = [];
  }

  /** All values since the last mark; takes them and the mark off the stack. */
  popMark(): PickleValue[] {
    const items = this.stack;
    const before = this.marked.pop();
    if (before === undefined) throw this.refuse("an opcode needs a mark, but there is none");
    this.stack = before;
    return items;
  }

  /** Puts the last `count` values in a tuple. */
  popTuple(count: number): Sequence {
    const items = Array.from({ length: count }, () => this.pop());
    return { kind: "tuple", items: items.reverse() };
  }

  byte(): number {
    return this.#view.getUint8(this.#step(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#step(4), true);
  }

  /** A length of 64 bits. One beyond 2^53 is rounded, and is beyond any file. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#step(8), true));
  }

  /** A float64; of all numbers of a pickle, it alone is big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#step(8));
  }

  /** An integer of `length` bytes in two's complement: a number if that is exact. */
  long(length: number): number | bigint {
    if (length > LONGEST_INTEGER)
      throw this.refuse(`an integer has ${length} bytes; at most ${LONGEST_INTEGER} are read`);
    const start = this.#step(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[start + i]);
    const signed = BigInt.asIntN(8 * length, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  /** Text of `length` bytes. */
  text(length: number): string {
    const start = this.#step(length);
    try {
      return utf8.decode(this.#bytes.slice(start, start + length));
    } catch {
      throw this.refuse("a text is not UTF-8");
    }
  }

  /** A line of ASCII, without its end. */
  line(): string {
    const end = this.#bytes.subarray(this.at, this.at + LONGEST_LINE).indexOf(0x0a);
    if (end < 0) throw this.refuse(`a name has no end within ${LONGEST_LINE} bytes`);
    const text = this.text(end);
    this.#step(1);
    return text;
  }

  #step(length: number): number {
    const start = this.at;
    if (length > this.#bytes.length - start)
      throw this.refuse(
        `an opcode needs ${length} bytes, but ${this.#bytes.length - start} follow; the file is truncated`,
      );
    this.at = start + length;
    return start;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** In bytes: integers of 2040 bits. */
const LONGEST_INTEGER = 255;
const LONGEST_LINE = 1024;
