/** Files as a fuzzer draws them: an array as an IDX file, mutated, perhaps compressed, and mutated again. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { encodeIdx, type IdxData, Random } from "polygrad";
import { type Mutation, mutated, ofGzip, ofIdx } from "./mutation.ts";

export interface DrawnFile {
  readonly type: number;
  readonly shape: readonly number[];
  readonly seed: number;
  readonly inside: readonly Mutation[];
  /** How many gzip members hold it, 0 if it is not compressed. */
  readonly members: number;
  readonly outside: readonly Mutation[];
}

const MAKERS: readonly ((length: number) => IdxData)[] = [
  (length) => new Uint8Array(length),
  (length) => new Int8Array(length),
  (length) => new Int16Array(length),
  (length) => new Int32Array(length),
  (length) => new Float32Array(length),
  (length) => new Float64Array(length),
];

/** Files of any type and shape, or of those given. */
export function drawnFile(
  type: fc.Arbitrary<number> = fc.nat(MAKERS.length - 1),
  shape: fc.Arbitrary<number[]> = fc.array(fc.nat(6), { minLength: 1, maxLength: 5 }),
): fc.Arbitrary<DrawnFile> {
  return fc.record({
    type,
    shape,
    seed: fc.nat(1000),
    inside: fc.array(ofIdx, { maxLength: 2 }),
    members: fc.nat(2),
    outside: fc.array(ofGzip, { maxLength: 3 }),
  });
}

/** The bytes of a drawn file. The elements are integers from 0 up to, but without, `below`. */
export function bytesOf({ type, shape, seed, inside, members, outside }: DrawnFile, below = 100): Uint8Array {
  const random = new Random(seed);
  const data = MAKERS[type](shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < data.length; i++) data[i] = random.below(below);
  const raw = mutated(encodeIdx({ shape, data }), inside);
  const middle = members > 1 ? raw.length >> 1 : raw.length;
  const parts = [raw.subarray(0, middle), raw.subarray(middle)].slice(0, Math.max(1, members));
  const file = members === 0 ? raw : new Uint8Array(Buffer.concat(parts.map((part) => gzipSync(part))));
  return mutated(file, outside);
}
