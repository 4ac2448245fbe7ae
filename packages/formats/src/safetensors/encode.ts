/** Writing safetensors. Read header.ts and values.ts first. */
import type { Tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, either, oneOf, text } from "@polygrad/tensor/internal";
import { roomFor } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { checkName, checkUnicode, recordOf, tensorsByName } from "../names.ts";
import { elements, type SafetensorsDtype } from "./elements.ts";
import { LONGEST_HEADER, METADATA } from "./header.ts";
import { writeValues } from "./values.ts";

/** Options of `encodeSafetensors`. */
export interface EncodeOptions {
  /** Texts by name, for whatever else belongs to the file. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * The element type of all tensors, or of some by name. The default is F32 for float32 and F64 for float64. Other types
   * convert: to floats by rounding to the nearest, ties to even; to integers without rounding.
   */
  readonly dtype?: SafetensorsDtype | Readonly<Record<string, SafetensorsDtype>> | undefined;
}

const dtypeName = oneOf(...Object.keys(elements));
/** The checks of these options. */
export const encodeChecks: Checks<EncodeOptions> = {
  metadata: recordOf("an object of texts", text),
  dtype: either(
    `one of ${Object.keys(elements).join(", ")}, or an object of these by tensor`,
    dtypeName,
    recordOf("", dtypeName),
  ),
};

/** A tensor, and where and how it is to be written. */
interface Plan {
  readonly name: string;
  readonly x: Tensor;
  readonly dtype: SafetensorsDtype;
  readonly bytes: number;
}

/**
 * Encodes tensors as a safetensors file, which `parseSafetensors` and the format's other readers read.
 *
 * Elements are in row-major order, whatever the strides. The tensors stand in the order of their elements' size, the
 * largest first, then by name: so each is aligned, and the same tensors give the same bytes.
 * @returns the bytes of the file
 * @throws ArgumentError if an argument is of the wrong kind; FormatError if a name is not allowed, or if the type asked
 * for has no place for an element: a finite number beyond its largest, or one that is not an integer in its range
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  tensorsByName("encodeSafetensors", "tensors", tensors);
  checkOptions("encodeSafetensors", options, encodeChecks);
  const plans = plansFor(tensors, options.dtype);
  const header = headerOf(plans, options.metadata ?? {});
  const length = plans.reduce((sum, { bytes }) => sum + bytes, 8 + header.length);
  const file = roomFor(length, (what) => new FormatError(`encodeSafetensors: ${what}`));
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const plan of plans) {
    const { name, x, dtype } = plan;
    const refuse = (what: string) => new FormatError(`encodeSafetensors: ${brief(name)}: ${what}`);
    writeValues(x, file, at, { dtype }, refuse);
    at += plan.bytes;
  }
  return file;
}

function plansFor(tensors: Readonly<Record<string, Tensor>>, dtype: EncodeOptions["dtype"]): Plan[] {
  const byName = typeof dtype === "object" ? dtype : {};
  const stray = Object.keys(byName).find((name) => !Object.hasOwn(tensors, name));
  if (stray !== undefined)
    throw new FormatError(`encodeSafetensors: dtype names ${brief(stray)}, but there is no tensor of that name`);
  const plans = Object.entries(tensors).map(([name, x]): Plan => {
    checkName("encodeSafetensors", name);
    if (name === METADATA)
      throw new FormatError(`encodeSafetensors: the name "${METADATA}" is reserved; pass texts as options.metadata`);
    const own = Object.hasOwn(byName, name) ? byName[name] : undefined;
    const chosen = own ?? (typeof dtype === "string" ? dtype : x.storage.isDouble ? "F64" : "F32");
    return { name, x, dtype: chosen, bytes: x.size * elements[chosen].bytes };
  });
  const width = ({ dtype }: Plan) => elements[dtype].bytes;
  return plans.sort((a, b) => width(b) - width(a) || (a.name < b.name ? -1 : 1));
}

/** The header, with spaces at its end that align what follows to 8 bytes. */
function headerOf(plans: readonly Plan[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const items: string[] = [];
  for (const [key, value] of Object.entries(metadata)) {
    checkName("encodeSafetensors", key);
    checkUnicode(value, (what) => new FormatError(`encodeSafetensors: metadata ${brief(key)}: ${what}`));
  }
  if (Object.keys(metadata).length > 0) items.push(`"${METADATA}":${JSON.stringify(metadata)}`);
  let at = 0;
  for (const { name, x, dtype, bytes } of plans) {
    const entry = { dtype, shape: x.shape, data_offsets: [at, at + bytes] };
    items.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    at += bytes;
  }
  const json = new TextEncoder().encode(`{${items.join(",")}}`);
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  if (padded.length > LONGEST_HEADER)
    throw new FormatError(
      `encodeSafetensors: the header has ${padded.length} bytes, but readers accept ${LONGEST_HEADER}; ` +
        "shorten the metadata or write several files",
    );
  return padded;
}
