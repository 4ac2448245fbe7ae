/** ONNX files, and what may happen to them: to their bytes, or to one field of one message within. */
import { tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { MODEL } from "../../src/onnx/fields.ts";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { floatTensor, type Given, handmade, integerTensor, TYPES } from "./handmade.ts";
import { layers } from "./layers.ts";

/** A message as its fields: number, how it is written, and an integer or bytes. */
export type Fields = [field: number, kind: number, value: bigint | Uint8Array][];

/** The fields of bytes that are a message; undefined if they are not. */
export function fieldsOf(bytes: Uint8Array): Fields | undefined {
  const fields: Fields = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; at < bytes.length; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const key = varint();
    if (key === undefined || key < 8n) return undefined;
    const kind = Number(key & 7n);
    const length = kind === 0 ? 0n : kind === 1 ? 8n : kind === 5 ? 4n : kind === 2 ? varint() : undefined;
    if (length === undefined || length > bytes.length - at) return undefined;
    const integer = kind === 0 ? varint() : undefined;
    fields.push([Number(key >> 3n), kind, integer ?? bytes.subarray(at, at + Number(length))]);
    at += Number(length);
  }
  return fields;
}

function varintOf(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

function bytesOf(fields: Fields): Uint8Array {
  const parts = fields.flatMap(([field, kind, value]) => {
    const key = varintOf(BigInt(field * 8 + kind));
    if (typeof value === "bigint") return [...key, ...varintOf(value)];
    return [...key, ...(kind === 2 ? varintOf(BigInt(value.length)) : []), ...value];
  });
  return Uint8Array.from(parts);
}

/** A change of the fields of a message, at a place that the numbers choose. */
type Change = (fields: Fields, at: number) => void;

const odd = fc.constantFrom(
  0n,
  1n,
  2n,
  7n,
  11n,
  127n,
  128n,
  2n ** 30n,
  2n ** 31n,
  2n ** 32n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
);
const text = fc.constantFrom(
  "",
  "input",
  "output",
  "__proto__",
  "constructor",
  "Add",
  "Reshape",
  "Split",
  "Gather",
  "axis",
  "weight",
  "layers.0.weight",
  "\ud800",
  "a".repeat(300),
);

const change: fc.Arbitrary<Change> = fc.oneof(
  odd.map(
    (value): Change =>
      (fields, at) => {
        const place = fields.findIndex(([, kind], k) => k >= at && kind === 0);
        if (place >= 0) fields[place][2] = value;
      },
  ),
  text.map(
    (value): Change =>
      (fields, at) => {
        if (fields[at]?.[1] === 2) fields[at][2] = new TextEncoder().encode(value);
      },
  ),
  fc.constant<Change>((fields, at) => fields.splice(at, 1)),
  fc.constant<Change>((fields, at) => fields.splice(at, 0, fields[at])),
  fc.nat().map(
    (to): Change =>
      (fields, at) => {
        const [field] = fields.splice(at, 1);
        fields.splice(to % (fields.length + 1), 0, field);
      },
  ),
  fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(0, 2), odd, text).map(
    ([field, kind, integer, value]): Change =>
      (fields, at) =>
        fields.splice(at, 0, [field, kind, kind === 0 ? integer : new TextEncoder().encode(value)]),
  ),
  fc.nat({ max: 20 }).map(
    (field): Change =>
      (fields, at) => {
        if (fields[at] !== undefined) fields[at][0] = field + 1;
      },
  ),
);

/** Goes down into messages within messages, as far as the path says, and changes the last. */
function changed(bytes: Uint8Array, path: readonly number[], apply: Change): Uint8Array {
  const fields = fieldsOf(bytes);
  if (fields === undefined || fields.length === 0) return bytes;
  const [step, ...more] = path;
  const at = step % fields.length;
  const [field, kind, value] = fields[at];
  const isMessage = more.length > 0 && kind === 2 && typeof value !== "bigint" && fieldsOf(value) !== undefined;
  if (isMessage && typeof value !== "bigint") fields[at] = [field, kind, changed(value, more, apply)];
  else apply(fields, at);
  return bytesOf(fields);
}

/** What may happen to the bytes of a file. */
const damage: fc.Arbitrary<(file: Uint8Array) => Uint8Array> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), change).map(
      ([path, apply]) =>
        (file: Uint8Array) =>
          changed(file, path, apply),
    ),
  },
  // The graph is the largest field: most changes of a file are in it.
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), change)
      .map(([path, apply]) => (file: Uint8Array) => {
        const fields = fieldsOf(file);
        const graph = fields?.findIndex(([field]) => field === MODEL.graph) ?? -1;
        const inner = fields?.[graph]?.[2];
        if (fields === undefined || inner === undefined || typeof inner === "bigint") return file;
        fields[graph] = [MODEL.graph, 2, changed(inner, path, apply)];
        return bytesOf(fields);
      }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })).map(
      ([at, byte]) =>
        (file: Uint8Array) =>
          file.length === 0 ? file : file.with(at % file.length, byte),
    ),
  },
  { weight: 1, arbitrary: fc.nat().map((at) => (file: Uint8Array) => file.subarray(0, at % (file.length + 1))) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 9 })).map(([at, bytes]) => (file: Uint8Array) => {
      const place = at % (file.length + 1);
      return Uint8Array.from([...file.subarray(0, place), ...bytes, ...file.subarray(place)]);
    }),
  },
);

/** Operators with the numbers of their inputs in opset 13 and a few attributes. */
const operators: readonly (readonly [operator: string, inputs: number, attributes: readonly string[]])[] = [
  ["Add", 2, []],
  ["ArgMax", 1, ["axis", "keepdims"]],
  ["BatchNormalization", 5, ["epsilon"]],
  ["Cast", 1, ["to"]],
  ["Clip", 3, []],
  ["Concat", 2, ["axis"]],
  ["ConstantOfShape", 1, []],
  ["Div", 2, []],
  ["Expand", 2, []],
  ["Flatten", 1, ["axis"]],
  ["Gather", 2, ["axis"]],
  ["Gemm", 3, ["transA", "transB", "alpha"]],
  ["Identity", 1, []],
  ["LayerNormalization", 3, ["axis", "epsilon"]],
  ["MatMul", 2, []],
  ["Pow", 2, []],
  ["ReduceMean", 1, ["axes", "keepdims"]],
  ["ReduceSum", 2, ["keepdims"]],
  ["Reshape", 2, ["allowzero"]],
  ["Shape", 1, ["start", "end"]],
  ["Slice", 4, []],
  ["Softmax", 1, ["axis"]],
  ["Split", 2, ["axis"]],
  ["Squeeze", 2, []],
  ["Transpose", 1, ["perm"]],
  ["Unsqueeze", 2, []],
  ["Where", 3, []],
  ["Conv", 2, []],
];

const integerAttribute: fc.Arbitrary<Given> = fc.integer({ min: -3, max: 12 });
const floatAttribute: fc.Arbitrary<Given> = fc.double().map((float) => ({ float }));
const integersAttribute: fc.Arbitrary<Given> = fc.array(fc.integer({ min: -3, max: 5 }), { maxLength: 3 });

/** An attribute of a name, mostly of the kind that it should be. */
const attributeOf = (name: string) =>
  fc.tuple(
    fc.constant(name),
    name === "alpha" || name === "epsilon"
      ? floatAttribute
      : name === "axes" || name === "perm"
        ? integersAttribute
        : integerAttribute,
  );

/** Nodes on values of all kinds: most can be read, and some of these computed. */
const node = fc.constantFrom(...operators).chain(([operator, inputs, attributes]) =>
  fc.record({
    operator: fc.constant(operator),
    inputs: fc.array(fc.nat({ max: 20 }), { minLength: inputs, maxLength: inputs }),
    attributes: fc.subarray([...attributes]).chain((names) => fc.tuple(...names.map(attributeOf))),
  }),
);

const written = fc
  .tuple(fc.array(node, { maxLength: 4 }), fc.constantFrom(8, 13, 13, 17, 17, 18))
  .map(([nodes, opset]) => {
    const names = ["x", "weight", "integers", ...nodes.map((_, k) => `v${k}`)];
    return handmade({
      nodes: nodes.map(({ operator, inputs, attributes }, k) => ({
        operator,
        inputs: inputs.map((input) => names[input % (3 + k)]),
        outputs: [`v${k}`],
        attributes: Object.fromEntries(attributes),
      })),
      inputs: [["x", TYPES.float, [2]]],
      outputs: [[names.at(-1) ?? "x", TYPES.float, [2]]],
      initialisers: [floatTensor("weight", tensor([1, -2])), integerTensor("integers", [1, -1])],
      opset,
      metadata: { a: "b" },
    });
  });

const ours = layers.map(([, layer], k) => toOnnx(layer, { inputs: 5, opset: 13 + (k % 5) }));

/** Files of `toOnnx`, and graphs of any nodes. */
export const files: fc.Arbitrary<Uint8Array> = fc.oneof(fc.constantFrom(...ours), written);

/** Files with up to two damages. */
export const damagedOnnxFiles: fc.Arbitrary<Uint8Array> = fc
  .tuple(files, fc.array(damage, { maxLength: 2 }))
  .map(([file, list]) => list.reduce((bytes, each) => each(bytes), file));
