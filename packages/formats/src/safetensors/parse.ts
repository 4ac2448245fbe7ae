/** Reading safetensors. Read header.ts and values.ts first. */
import { type Tensor, tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, flag, instance, text } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { emptyRecord, texts } from "../names.ts";
import { elements, isElementName, type SafetensorsDtype } from "./elements.ts";
import { type HeaderEntry, readHeader } from "./header.ts";
import { valuesOf } from "./values.ts";

/** Options of `parseSafetensors`. */
export interface ParseOptions {
  /** The name of the file in error messages. */
  readonly file?: string | undefined;
  /** The names of the tensors to read. By default, all are read. */
  readonly only?: readonly string[] | undefined;
  /** Whether 64-bit integers beyond 2^53 - 1 are rounded to float64. By default, they are refused. */
  readonly roundIntegers?: boolean | undefined;
  /**
   * Whether an entry may begin at an offset that is not a multiple of its elements' size. By default, it is refused:
   * only old or hand-made files have such entries.
   */
  readonly allowUnaligned?: boolean | undefined;
}

/** The content of a safetensors file. The objects have no prototype, so every name in them is the file's. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** The element type that each tensor has in the file. */
  readonly dtypes: Readonly<Record<string, SafetensorsDtype>>;
}

/** The checks of these options. */
export const parseChecks: Checks<ParseOptions> = { file: text, only: texts, roundIntegers: flag, allowUnaligned: flag };

/** The most elements of a tensor. */
export const MOST: number = 2 ** 30;

/**
 * Parses a safetensors file. It checks the whole header against the length of the file before it uses any number in it.
 *
 * F32 becomes float32, and F64 float64: the tensors are views of `bytes` and copy nothing, if their elements are aligned
 * in memory. In a file that begins at an aligned address and was written as the format recommends, all are. Floats of 16
 * and 8 bits, integers of up to 16 bits and BOOL become float32, larger integers float64: copies, each number exact.
 * @throws FormatError if `bytes` is not such a file, or a tensor cannot hold an entry exactly; ArgumentError if an
 * argument is of the wrong kind
 */
export function parseSafetensors(bytes: Uint8Array, options: ParseOptions = {}): Safetensors {
  instance(Uint8Array, "the bytes of a file in a Uint8Array")("parseSafetensors", "bytes", bytes);
  checkOptions("parseSafetensors", options, parseChecks);
  const { file = "safetensors", only, allowUnaligned = false } = options;
  const refuse = (what: string): FormatError => new FormatError(`parseSafetensors: ${file}: ${what}`);
  const { entries, metadata, length } = readHeader(bytes, refuse);
  const [tensors, dtypes] = [emptyRecord<Tensor>(), emptyRecord<SafetensorsDtype>()];
  const wanted = new Set(only ?? entries.map(({ name }) => name));
  const data = bytes.subarray(length);
  for (const entry of entries) {
    if (!wanted.delete(entry.name)) continue;
    const { name, dtype, start } = entry;
    const refuseEntry = (what: string) => refuse(`entry ${brief(name)}: ${what}`);
    if (!isElementName(dtype)) throw refuseEntry(`a tensor cannot hold ${dtype}; leave it out with the option only`);
    if (start % elements[dtype].bytes !== 0 && !allowUnaligned)
      throw refuseEntry(
        `it begins at byte ${start}, which is not a multiple of the ${elements[dtype].bytes} bytes of ${dtype}; ` +
          "the option allowUnaligned reads it all the same",
      );
    tensors[name] = tensorOf(entry, dtype, data, options.roundIntegers ?? false, refuseEntry);
    dtypes[name] = dtype;
  }
  const [missing] = wanted;
  if (missing !== undefined) throw refuse(`there is no entry ${brief(missing)}`);
  return { tensors, metadata, dtypes };
}

function tensorOf(
  { shape, count, start, end }: HeaderEntry,
  dtype: SafetensorsDtype,
  data: Uint8Array,
  roundIntegers: boolean,
  refuse: (what: string) => FormatError,
): Tensor {
  if (count > MOST) throw refuse(`it has ${count} elements, but a tensor has at most ${MOST}`);
  return tensor(valuesOf(data.subarray(start, end), count, { dtype, roundIntegers }, refuse), shape);
}
