/** Mutations of IDX and gzip files that know where the fields are. */
import fc from "fast-check";

/** A change of a file. `at`, `length` and `value` are any numbers, which the change reduces to what it needs. */
export interface Mutation {
  readonly kind: string;
  readonly at: number;
  readonly length: number;
  readonly value: number;
}

type Change = (file: Uint8Array, mutation: Mutation) => Uint8Array;

const SIZES = [0, 1, 2, 27, 28, 29, 255, 256, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A copy with one byte changed. */
function withByte(file: Uint8Array, at: number, value: number): Uint8Array {
  const copy = new Uint8Array(file);
  if (at >= 0 && at < copy.length) copy[at] = value;
  return copy;
}

function withNumber(file: Uint8Array, at: number, value: number, littleEndian: boolean): Uint8Array {
  const copy = new Uint8Array(file);
  if (at >= 0 && at + 4 <= copy.length) new DataView(copy.buffer).setUint32(at, value, littleEndian);
  return copy;
}

/** The range of a file that a mutation is about. */
function range(file: Uint8Array, { at, length }: Mutation): [start: number, end: number] {
  const start = at % (file.length + 1);
  return [start, Math.min(file.length, start + (length % 64))];
}

/** Changes that any file may suffer. */
const ANYWHERE: Readonly<Record<string, Change>> = {
  flip: (file, { at, value }) => {
    const place = at % Math.max(1, file.length);
    return withByte(file, place, file[place] ^ (1 << (value % 8)));
  },
  "set byte": (file, { at, value }) => withByte(file, at % Math.max(1, file.length), value % 256),
  truncate: (file, { at }) => file.slice(0, at % (file.length + 1)),
  "lose the last bytes": (file, { at }) => file.slice(0, Math.max(0, file.length - 1 - (at % 8))),
  "lose the first bytes": (file, { at }) => file.slice(1 + (at % 8)),
  append: (file, { length, value }) => joined(file, new Uint8Array(1 + (length % 16)).fill(value % 256)),
  duplicate: (file, mutation) => {
    const [start, end] = range(file, mutation);
    return joined(file.subarray(0, end), file.subarray(start));
  },
  remove: (file, mutation) => {
    const [start, end] = range(file, mutation);
    return joined(file.subarray(0, start), file.subarray(end));
  },
  twice: (file) => joined(file, file),
  empty: () => new Uint8Array(0),
};

/** Changes of the fields of an IDX file. */
const OF_IDX: Readonly<Record<string, Change>> = {
  ...ANYWHERE,
  magic: (file, { at, value }) => withByte(file, at % 2, value % 256),
  type: (file, { value }) => withByte(file, 2, [8, 9, 10, 11, 12, 13, 14, 15, 0, 255][value % 10]),
  rank: (file, { value }) => withByte(file, 3, [0, 1, 2, 3, 4, 5, 127, 255][value % 8]),
  size: (file, { at, value }) =>
    withNumber(file, 4 + 4 * (at % Math.max(1, file[3] ?? 1)), SIZES[value % SIZES.length], false),
  "size by one": (file, { at, value }) => {
    const place = 4 + 4 * (at % Math.max(1, file[3] ?? 1));
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const old = place + 4 <= file.length ? view.getUint32(place) : 0;
    return withNumber(file, place, value % 2 ? old + 1 : old - 1, false);
  },
  "another axis": (file, { at, value }) => {
    const axes = file[3] ?? 0;
    const place = 4 + 4 * (at % (axes + 1));
    const size = Uint8Array.of(0, 0, 0, value % 3);
    return withByte(joined(file.subarray(0, place), size, file.subarray(place)), 3, axes + 1);
  },
};

/** Changes of the fields of a gzip file. */
const OF_GZIP: Readonly<Record<string, Change>> = {
  ...ANYWHERE,
  magic: (file, { at, value }) => withByte(file, at % 2, value % 256),
  method: (file, { value }) => withByte(file, 2, value % 256),
  flags: (file, { value }) => withByte(file, 3, value % 256),
  "time, system": (file, { at, value }) => withByte(file, 4 + (at % 6), value % 256),
  name: (file, { length }) => {
    const name = new Uint8Array(1 + (length % 9)).fill(0x61);
    name[name.length - 1] = 0;
    return withByte(joined(file.subarray(0, 10), name, file.subarray(10)), 3, (file[3] ?? 0) | 8);
  },
  extra: (file, { length }) => {
    const extra = new Uint8Array(2 + (length % 9));
    extra[0] = length % 9;
    return withByte(joined(file.subarray(0, 10), extra, file.subarray(10)), 3, (file[3] ?? 0) | 4);
  },
  checksum: (file, { at, value }) => withByte(file, file.length - 8 + (at % 4), value % 256),
  length: (file, { value }) => withNumber(file, file.length - 4, SIZES[value % SIZES.length], true),
  "an empty block first": (file) => joined(file.subarray(0, 10), Uint8Array.of(0, 0, 0, 0xff, 0xff), file.subarray(10)),
  padding: (file, { length }) => joined(file, new Uint8Array(1 + (length % 600))),
};

const mutationOf = (changes: Readonly<Record<string, Change>>): fc.Arbitrary<Mutation> =>
  fc.record({
    kind: fc.constantFrom(...Object.keys(changes)),
    at: fc.nat(2 ** 20),
    length: fc.nat(2 ** 10),
    value: fc.nat(2 ** 16),
  });

export const ofIdx: fc.Arbitrary<Mutation> = mutationOf(OF_IDX);
export const ofGzip: fc.Arbitrary<Mutation> = mutationOf(OF_GZIP);

/** The file after all mutations. */
export function mutated(file: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  return mutations.reduce(
    (bytes, mutation) => (OF_IDX[mutation.kind] ?? OF_GZIP[mutation.kind])(bytes, mutation),
    file,
  );
}
