/**
 * The header of a safetensors file, read from bytes that nothing is known of. Read elements.ts and json.ts first.
 *
 * ```
 * byte   0 ... 7              8 ...            8 + n ...
 *        n, uint64            n bytes of JSON  the elements of all tensors, row-major, without holes
 *
 * { "__metadata__": { "key": "text" }, "name": { "dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24] }, ... }
 * ```
 * Offsets count from 8 + n. Source: https://github.com/huggingface/safetensors, README.md, section "Format".
 */
import { described } from "@polygrad/tensor/internal";
import type { FormatError } from "../errors.ts";
import { brief, parseStrictly } from "../json.ts";
import { checkUnicode, emptyRecord, isPlain } from "../names.ts";
import { elements, isElementName, others } from "./elements.ts";

/** The longest header that is read or written, in bytes: the limit of the format's reference implementation. */
export const LONGEST_HEADER = 100_000_000;

/** The name of the header's entry that holds text in place of a tensor. */
export const METADATA = "__metadata__";

/** An entry of the header, checked against the length of the file. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The number of elements. */
  readonly count: number;
  /** Where its elements begin and end, in bytes from the end of the header. */
  readonly start: number;
  readonly end: number;
}

/** A checked header. */
export interface Header {
  /** In the order of their elements in the file. */
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the header ends and the elements begin, in bytes. */
  readonly length: number;
}

type Refuse = (what: string) => FormatError;

/** Reads a header and checks that its entries fill the rest of the file exactly, each byte once. */
export function readHeader(bytes: Uint8Array, refuse: Refuse): Header {
  const length = lengthOf(bytes, refuse);
  const parsed = parseStrictly(textOf(bytes.slice(8, length), refuse), 3, (what) => refuse(`the header: ${what}`));
  if (!isPlain(parsed)) throw refuse(`the header must be a JSON object, got ${described(parsed)}`);
  const entries: HeaderEntry[] = [];
  for (const [name, value] of Object.entries(parsed))
    if (name !== METADATA) entries.push(entryOf(name, value, (what) => refuse(`entry ${brief(name)}: ${what}`)));
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  checkRanges(entries, bytes.length - length, refuse);
  return { entries, metadata: metadataOf(parsed[METADATA], refuse), length };
}

/** Where the header ends. */
function lengthOf(bytes: Uint8Array, refuse: Refuse): number {
  if (bytes.length < 8)
    throw refuse(`the file is truncated: it has ${bytes.length} bytes, too few for the length of the header`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > LONGEST_HEADER)
    throw refuse(`the header's length is ${length} bytes, but at most ${LONGEST_HEADER} are read; is it safetensors?`);
  if (length > bytes.length - 8)
    throw refuse(
      `the header's length is ${length} bytes, but only ${bytes.length - 8} follow; the file is truncated or of another format`,
    );
  if (length === 0n || bytes[8] !== 0x7b)
    throw refuse(`the header must begin with {, ${length === 0n ? "but its length is 0" : `got byte ${bytes[8]}`}`);
  return 8 + Number(length);
}

/** The text of UTF-8. A byte order mark stays, and JSON refuses it. */
function textOf(bytes: Uint8Array, refuse: Refuse): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse("the header is not valid UTF-8");
  }
}

/** An entry, in itself right. */
function entryOf(name: string, value: unknown, refuse: Refuse): HeaderEntry {
  checkUnicode(name, refuse);
  if (!isPlain(value)) throw refuse(`must be an object with dtype, shape and data_offsets, got ${described(value)}`);
  const { dtype, shape, data_offsets: offsets, ...more } = value;
  const [surplus] = Object.keys(more);
  if (surplus !== undefined) throw refuse(`has an unknown field ${brief(surplus)}`);
  const bits = typeof dtype === "string" ? bitsOf(dtype) : undefined;
  if (typeof dtype !== "string" || bits === undefined)
    throw refuse(
      `unknown dtype ${described(dtype)}; the format has ${[...Object.keys(elements), ...Object.keys(others)].join(", ")}`,
    );
  if (!isSizes(shape)) throw refuse(`the shape must be an array of integers from 0 up, got ${brief(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2)
    throw refuse(`data_offsets must be two integers from 0 up, got ${brief(offsets)}`);
  const [start, end] = offsets;
  if (end < start) throw refuse(`data_offsets [${start}, ${end}] end before they begin: ${end} < ${start}`);
  // Sizes of 0 do not excuse sizes that overflow.
  const product = shape.reduce((product, size) => product * Math.max(size, 1), 1);
  if (product * bits > Number.MAX_SAFE_INTEGER)
    throw refuse(`shape ${brief(shape)} has ${product} elements of ${bits} bits, more than any file holds`);
  const count = shape.includes(0) ? 0 : product;
  if (count * bits !== (end - start) * 8)
    throw refuse(
      `${dtype} ${brief(shape)} takes ${(count * bits) / 8} bytes, ` +
        `but data_offsets [${start}, ${end}] span ${end - start}`,
    );
  return { name, dtype, shape: [...shape], count, start, end };
}

function bitsOf(dtype: string): number | undefined {
  if (isElementName(dtype)) return elements[dtype].bytes * 8;
  return Object.hasOwn(others, dtype) ? others[dtype] : undefined;
}

/** Checks that entries, in the order of their offsets, follow each other from 0 to `length`. */
function checkRanges(entries: readonly HeaderEntry[], length: number, refuse: Refuse): void {
  let [end, before] = [0, "the end of the header"];
  for (const entry of entries) {
    const name = brief(entry.name);
    if (entry.end > length)
      throw refuse(`entry ${name} ends at byte ${entry.end}, but the data has ${length} bytes; the file is truncated`);
    if (entry.start < end)
      throw refuse(`entry ${name} overlaps ${before}: it begins at byte ${entry.start}, before byte ${end}`);
    if (entry.start > end)
      throw refuse(
        `entry ${name} begins at byte ${entry.start}, but ${before} is at byte ${end}; holes are not allowed`,
      );
    [end, before] = [entry.end, `the end of entry ${name}`];
  }
  if (end < length)
    throw refuse(`${length - end} bytes follow the last entry: it ends at byte ${end}, the data at byte ${length}`);
}

function metadataOf(value: unknown, refuse: Refuse): Readonly<Record<string, string>> {
  const metadata = emptyRecord<string>();
  if (value === undefined) return metadata;
  if (!isPlain(value)) throw refuse(`${METADATA} must be an object of texts, got ${described(value)}`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw refuse(`${METADATA}: ${brief(key)} must be text, got ${described(text)}`);
    for (const each of [key, text]) checkUnicode(each, (what) => refuse(`${METADATA}: ${brief(key)}: ${what}`));
    metadata[key] = text;
  }
  return metadata;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((x) => Number.isSafeInteger(x) && x >= 0 && !Object.is(x, -0));
}
