/** Reading PyTorch's files. Read container.ts, pickle.ts and flatten.ts first. */
import type { Tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, flag, instance, integerFrom, text } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { emptyRecord, texts } from "../names.ts";
import { contentOf } from "./container.ts";
import { flattened, type TorchValue } from "./flatten.ts";
import { Storages } from "./storages.ts";
import type { TorchDtype } from "./values.ts";

/** Options of `readTorch`. */
export interface TorchOptions {
  /** The name of the file in error messages. */
  readonly file?: string | undefined;
  /** The names of the tensors to read. By default, all are read. */
  readonly only?: readonly string[] | undefined;
  /** Whether 64-bit integers beyond 2^53 - 1 are rounded to float64. By default, they are refused. */
  readonly roundIntegers?: boolean | undefined;
  /**
   * How many bytes more than the file has may come out of compressed parts, in all; 256 MiB by default. PyTorch itself
   * does not compress.
   */
  readonly maxInflated?: number | undefined;
}

/** The checks of these options. */
export const torchChecks: Checks<TorchOptions> = {
  file: text,
  only: texts,
  roundIntegers: flag,
  maxInflated: integerFrom(0),
};

/** The content of a file of PyTorch. The objects have no prototype, so every name in them is the file's. */
export interface TorchFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** The element type that each tensor has in the file. */
  readonly dtypes: Readonly<Record<string, TorchDtype>>;
  /** What else there is: numbers, texts, flags, and lists of these. */
  readonly values: Readonly<Record<string, TorchValue>>;
}

/**
 * Reads what `torch.save` wrote: a state dict, or dictionaries and lists of tensors, numbers, texts and flags, nested in
 * any way. Names are joined with dots: `{"model": {"0.weight": w}, "epoch": 3}` gives the tensor "model.0.weight" and the
 * value "epoch". A file that is a single tensor gives the name "".
 *
 * Such a file holds a pickle, a program that could call any function of Python. Nothing of it is executed here: see
 * globals.ts for the few names that are known. Everything else, such as a whole model, is refused by its name.
 *
 * float32 and float64 become tensors over the memory of `bytes`, with the strides and the sharing of the file, if they are
 * aligned there; in zip files of PyTorch, they are. All other types are copied: float16, bfloat16, bool and integers of up
 * to 16 bits to float32, larger integers to float64, each number exact.
 * @throws FormatError if `bytes` is not such a file; ArgumentError if an argument is of the wrong kind
 */
export function readTorch(bytes: Uint8Array, options: TorchOptions = {}): TorchFile {
  instance(Uint8Array, "the bytes of a file in a Uint8Array")("readTorch", "bytes", bytes);
  checkOptions("readTorch", options, torchChecks);
  const { file = "PyTorch", only, roundIntegers = false, maxInflated } = options;
  const refuse = (what: string): FormatError => new FormatError(`readTorch: ${file}: ${what}`);
  const { value, isBigEndian, bytesAt } = contentOf(bytes, maxInflated, refuse);
  const { tensors: references, values } = flattened(value, refuse);
  const storages = new Storages(bytesAt, isBigEndian, roundIntegers);
  const [tensors, dtypes] = [emptyRecord<Tensor>(), emptyRecord<TorchDtype>()];
  for (const name of only ?? Object.keys(references)) {
    const reference = references[name];
    if (reference === undefined) throw refuse(`there is no tensor ${brief(name)}`);
    tensors[name] = storages.tensorOf(reference, (what) => refuse(`tensor ${brief(name)}: ${what}`));
    dtypes[name] = reference.storage.dtype;
  }
  return { tensors, dtypes, values };
}
