/** The checksum of a recipe's data: of every sample and every target, as the recipe's `data` returns them. */
import { createHash } from "node:crypto";
import type { Dataset, Targets } from "@polygrad/data";
import { clone, Tensor, zeros } from "@polygrad/tensor";
import type { Data } from "../recipe.ts";

/** How many float32 values are copied out of a dataset at a time. */
const CHUNK = 2 ** 20;

/** Checksums of datasets that were computed before: a recipe may return the same object for many runs. */
const known = new WeakMap<Dataset<Targets>, string>();

/**
 * The SHA-256, in hexadecimal, of the datasets of a recipe: their names, the shapes, samples and targets of each.
 *
 * @throws DatasetError if a dataset cannot be read
 */
export function checksumOf(data: Data<Targets>): string {
  const hash = createHash("sha256");
  for (const [name, dataset] of datasetsOf(data)) hash.update(`${name} ${checksumOfDataset(dataset)}\n`);
  return hash.digest("hex");
}

/** The datasets that training sees, in a fixed order. A recipe may return more, such as where the data came from. */
function datasetsOf({ train, validation, test }: Data<Targets>): [name: string, dataset: Dataset<Targets>][] {
  const datasets: [string, Dataset<Targets> | undefined][] = [
    ["train", train],
    ["validation", validation],
    ["test", test],
  ];
  return datasets.flatMap(([name, dataset]): [string, Dataset<Targets>][] => (dataset ? [[name, dataset]] : []));
}

function checksumOfDataset(dataset: Dataset<Targets>): string {
  const before = known.get(dataset);
  if (before !== undefined) return before;
  const { length, sampleShape, labels, classes, targets } = dataset;
  const hash = createHash("sha256");
  hash.update(JSON.stringify({ length, sampleShape, classes }));
  if (labels !== undefined) hash.update(littleEndian(Int32Array.from(labels)));
  else if (targets instanceof Tensor) hash.update(littleEndian(Float32Array.from(clone(targets).data)));
  const size = sampleShape.reduce((product, extent) => product * extent, 1);
  const rows = Math.max(1, Math.min(length, Math.floor(CHUNK / size)));
  for (let start = 0; start < length; start += rows) {
    const indices = Int32Array.from({ length: Math.min(rows, length - start) }, (_, row) => start + row);
    const chunk = zeros([indices.length, ...sampleShape]);
    dataset.gatherInto(indices, chunk);
    hash.update(littleEndian(Float32Array.from(chunk.data)));
  }
  const checksum = hash.digest("hex");
  known.set(dataset, checksum);
  return checksum;
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The bytes of 32-bit values, the same on every machine. */
function littleEndian(values: Float32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return IS_LITTLE_ENDIAN ? bytes : new Uint8Array(Buffer.from(bytes).swap32());
}
