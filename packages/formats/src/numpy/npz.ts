/** Reading and writing .npz files: a zip file with an .npy file for each array. Read npy.ts and zip/archive.ts first. */
import type { Tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, either, flag, instance, integerFrom, oneOf } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { checkName, emptyRecord, recordOf, tensorsByName, texts } from "../names.ts";
import { openZip } from "../zip/archive.ts";
import { checkPath } from "../zip/path.ts";
import { zip } from "../zip/write.ts";
import { type NumpyDtype, numpyDtypes } from "./dtypes.ts";
import { arrayOf, npyOf, type ParseNpyOptions, parseNpyChecks } from "./npy.ts";

/** Options of `parseNpz`. */
export interface ParseNpzOptions extends ParseNpyOptions {
  /** The names of the arrays to read. By default, all are read. */
  readonly only?: readonly string[] | undefined;
  /** How many bytes more than the file has may come out of its compressed arrays, in all; 256 MiB by default. */
  readonly maxInflated?: number | undefined;
}

/** The checks of these options. */
export const parseNpzChecks: Checks<ParseNpzOptions> = { ...parseNpyChecks, only: texts, maxInflated: integerFrom(0) };

/** The content of an .npz file. The objects have no prototype, so every name in them is the file's. */
export interface Npz {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** The element type that each tensor has in the file. */
  readonly dtypes: Readonly<Record<string, NumpyDtype>>;
}

const ENDING = ".npy";

/**
 * Parses an .npz file, compressed or not: see `parseNpy` for its arrays. Those that `encodeNpz` stored become views; the
 * arrays that NumPy stores in an .npz file are not aligned, and are copied.
 * @throws FormatError if `bytes` is not such a file, or a tensor cannot hold an element exactly; ArgumentError if an argument
 * is of the wrong kind
 */
export function parseNpz(bytes: Uint8Array, options: ParseNpzOptions = {}): Npz {
  instance(Uint8Array, "the bytes of a file in a Uint8Array")("parseNpz", "bytes", bytes);
  checkOptions("parseNpz", options, parseNpzChecks);
  const { file = "npz", only, roundIntegers = false, maxInflated } = options;
  const refuse = (what: string): FormatError => new FormatError(`parseNpz: ${file}: ${what}`);
  const archive = openZip(bytes, refuse, maxInflated);
  const [tensors, dtypes] = [emptyRecord<Tensor>(), emptyRecord<NumpyDtype>()];
  for (const path of only?.map((name) => name + ENDING) ?? archive.names) {
    if (!path.endsWith(ENDING))
      throw refuse(`file ${brief(path)}: its name does not end with .npy; leave it out with the option only`);
    const name = path.slice(0, -ENDING.length);
    if (!archive.has(path)) throw refuse(`there is no array ${brief(name)}`);
    if (name === "__proto__")
      throw refuse('the name "__proto__" is not allowed: in many programs it would change all objects');
    const array = arrayOf(archive.read(path), roundIntegers, (what) => refuse(`array ${brief(name)}: ${what}`));
    tensors[name] = array.tensor;
    dtypes[name] = array.dtype;
  }
  return { tensors, dtypes };
}

/** Options of `encodeNpz`. */
export interface EncodeNpzOptions {
  /** The element type of all arrays, or of some by name; by default the tensors' own. See `encodeNpy`. */
  readonly dtype?: NumpyDtype | Readonly<Record<string, NumpyDtype>> | undefined;
  /** Whether the arrays are compressed, as `numpy.savez_compressed` does. By default, they are not. */
  readonly compress?: boolean | undefined;
}

const dtypeName = oneOf(...numpyDtypes);
const encodeChecks: Checks<EncodeNpzOptions> = {
  dtype: either(
    `one of ${numpyDtypes.join(", ")}, or an object of these by tensor`,
    dtypeName,
    recordOf("", dtypeName),
  ),
  compress: flag,
};

/**
 * Encodes tensors as an .npz file, which `numpy.load` reads. The same tensors give the same bytes: the file has no date.
 * @throws ArgumentError if an argument is of the wrong kind; FormatError if a name is not allowed in a zip file, or if the
 * type asked for has no place for an element
 */
export function encodeNpz(
  tensors: Readonly<Record<string, Tensor>>,
  options: EncodeNpzOptions = {},
): Uint8Array<ArrayBuffer> {
  tensorsByName("encodeNpz", "tensors", tensors);
  checkOptions("encodeNpz", options, encodeChecks);
  const { dtype, compress = false } = options;
  const byName = typeof dtype === "object" ? dtype : {};
  const stray = Object.keys(byName).find((name) => !Object.hasOwn(tensors, name));
  if (stray !== undefined)
    throw new FormatError(`encodeNpz: dtype names ${brief(stray)}, but there is no tensor of that name`);
  const files = Object.entries(tensors).map(([name, x]) => {
    checkName("encodeNpz", name);
    checkPath(name + ENDING, (what) => new FormatError(`encodeNpz: the name ${brief(name)} ${what}`));
    const own = Object.hasOwn(byName, name) ? byName[name] : undefined;
    const chosen = own ?? (typeof dtype === "string" ? dtype : undefined);
    return {
      name: name + ENDING,
      content: npyOf(x, chosen, (what) => new FormatError(`encodeNpz: ${brief(name)}: ${what}`)),
    };
  });
  return zip(files, compress, (what) => new FormatError(`encodeNpz: ${what}`));
}
