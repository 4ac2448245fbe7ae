/** Files that would run code in Python, and bombs: refused by name, in little time and memory, and nothing runs. */
import { describe, expect, test } from "vitest";
import { Meter } from "../../../polygrad/test/arguments/bounded.ts";
import { FormatError } from "../../src/errors.ts";
import { MOST_STEPS } from "../../src/torch/machine.ts";
import { readTorch } from "../../src/torch/read.ts";
import { joined } from "../safetensors/handmade.ts";
import { deflated, fields, stored, zipOf } from "../zip/handmade.ts";
import { figure, hostile } from "./figures.ts";
import { code, legacyFile, type Made, opcodes, pickled } from "./handmade.ts";

/** A file around a pickle, with one storage. */
const around = (pickle: Uint8Array, storage = new Uint8Array(8)) =>
  zipOf([stored("a/data.pkl", pickle), stored("a/data/0", storage)]);
const protocol2 = Uint8Array.of(0x80, 2);

/** The message with which a file is refused. It may take little time and memory. */
function refusal(file: Uint8Array): string {
  const meter = new Meter();
  const start = process.cpuUsage();
  meter.install();
  try {
    readTorch(file);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.message;
  } finally {
    meter.restore();
    expect(meter.bytes).toBeLessThanOrEqual(12 * file.length + 4096);
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(5e6);
  }
  throw new Error("it was read");
}

describe("code is refused by its full name:", () => {
  const files = hostile().map(({ refused, file }, i) => [`${i}: ${refused}`, refused, file] as const);

  test.each(files)("%s", (_, refused, file) => {
    const message = refusal(file);
    expect(message).toContain(refused);
    expect(message).toMatch(/save|convert|nothing was run/);
  });

  test("the messages", () => {
    expect([...new Set(files.map(([, , file]) => refusal(file)))].join("\n")).toMatchSnapshot();
  });
});

const tensorOf = (changes: object): Made => ({
  kind: "tensor",
  Class: "FloatStorage",
  count: 2,
  shape: [2],
  strides: [1],
  ...changes,
});

/** d2 = { a: d1, b: d1 }, and so on: 2^depth leaves in a few bytes each. */
function doubling(depth: number, wrap: (inner: Uint8Array) => Uint8Array): Uint8Array {
  let value = joined(code("N"), Uint8Array.of(0x71, 0)); // None in place 0 of the memo
  for (let k = 1; k <= depth; k++) value = joined(wrap(value), Uint8Array.of(0x71, k));
  return joined(protocol2, value, code("."));
}
/** After what pushes a value and keeps it in the memo: a list of it, twice. */
let place = 0;
const twice = (inner: Uint8Array) =>
  joined(
    code("]("),
    inner,
    Uint8Array.of(0x68, place++ % 256),
    opcodes(tensorOf({ shape: [], strides: [] })),
    code("e"),
  );

test.each([
  ["argparse\nNamespace", "save vars(args) in its place; or, of a file that is there, the state dict"],
  ["torch\ndevice", "save str(device)"],
  ["torch.nn.modules.linear\nLinear", "save the state dict in place of the model"],
])("%j is refused, with what to save in its place", (name, advice) => {
  const file = around(joined(protocol2, code(`c${name}\n.`)));
  expect(() => readTorch(file)).toThrow(`it refers to "${name.replace("\n", ".")}"`);
  expect(() => readTorch(file)).toThrow(advice);
});

describe("bombs:", () => {
  const cases: readonly [string, () => Uint8Array][] = [
    [
      "lists that contain the one before twice",
      () => {
        place = 0;
        return around(doubling(40, twice));
      },
    ],
    [
      "a list that contains itself",
      () =>
        around(
          joined(
            protocol2,
            code("]"),
            Uint8Array.of(0x71, 0),
            opcodes(tensorOf({})),
            code("a"),
            Uint8Array.of(0x68, 0),
            code("a."),
          ),
        ),
    ],
    [
      "lists a million deep",
      () => around(joined(protocol2, new Uint8Array(1e6).fill(0x5d), new Uint8Array(1e6 - 1).fill(0x61), code("."))),
    ],
    ["marks without end", () => around(joined(protocol2, new Uint8Array(1e6).fill(0x28)))],
    ["more opcodes than any file needs", () => around(joined(protocol2, new Uint8Array(MOST_STEPS).fill(0x4e)))],
    ["an integer of 2^31 bytes", () => around(joined(protocol2, Uint8Array.of(0x8b), fields([4, 2 ** 31]), code(".")))],
    [
      "an integer of 1000 bytes",
      () => around(joined(protocol2, Uint8Array.of(0x8b), fields([4, 1000]), new Uint8Array(1000), code("."))),
    ],
    ["a text of 2^60 bytes", () => around(joined(protocol2, Uint8Array.of(0x8d), fields([8, 2 ** 60]), code(".")))],
    ["a place of the memo beyond all", () => around(joined(protocol2, code("j"), fields([4, 2 ** 32 - 1]), code(".")))],
    [
      "a long list of pairs, made a dictionary again and again",
      () => {
        const pair = joined(code("NN"), Uint8Array.of(0x86));
        const list = joined(
          code("]"),
          Uint8Array.of(0x71, 0),
          code("("),
          ...Array.from({ length: 30_000 }, () => pair),
          code("e"),
        );
        const call = joined(code("ccollections\nOrderedDict\n"), Uint8Array.of(0x68, 0, 0x85), code("R"));
        return around(joined(protocol2, list, ...Array.from({ length: 200 }, () => call), code(".")));
      },
    ],
    [
      "a name of a megabyte for each of a thousand entries",
      () => {
        const entries = Array.from({ length: 1000 }, (_, i) => [String(i), i] as const);
        return around(pickled({ kind: "dictionary", entries: [["a".repeat(1e6), { kind: "dictionary", entries }]] }));
      },
    ],
    [
      "a tensor of 2^40 elements, all the same",
      () => around(pickled(tensorOf({ shape: [2 ** 20, 2 ** 20], strides: [0, 0] }))),
    ],
    ["a storage of 2^30 elements in a few bytes", () => around(pickled(tensorOf({ count: 2 ** 30 })))],
    [
      "a storage that is compressed to a thousandth",
      () =>
        zipOf([
          stored("a/data.pkl", pickled(tensorOf({ count: 2 ** 30 }))),
          deflated("a/data/0", new Uint8Array(2 ** 20), { size: 2 ** 32 - 2 }),
        ]),
    ],
  ];

  test.each(cases)("%s", (_, make) => {
    expect(refusal(make())).toMatchSnapshot();
  });

  test("a million elements that are one, expanded, are a view of it", () => {
    const { tensors } = readTorch(around(pickled(tensorOf({ shape: [1000, 1000], strides: [0, 0] }))));
    expect([tensors[""].size, tensors[""].data.length]).toEqual([1e6, 2]);
  });
});

describe("damage:", () => {
  const pickle = (value: Made) => around(pickled(value));
  const raw = (...parts: Uint8Array[]) => around(joined(protocol2, ...parts, code(".")));
  const cases: readonly [string, () => Uint8Array][] = [
    ["empty", () => new Uint8Array()],
    ["text", () => code("hello")],
    ["tar", () => joined(new Uint8Array(257), code("ustar"), new Uint8Array(250))],
    ["a pickle of something else", () => joined(protocol2, opcodes([1]), code("."))],
    ["a zip file without a pickle", () => zipOf([stored("a/b", new Uint8Array())])],
    ["a zip file with two pickles", () => zipOf([stored("a/data.pkl", pickled(1)), stored("b/data.pkl", pickled(1))])],
    ["TorchScript", () => zipOf([stored("a/data.pkl", pickled(1)), stored("a/constants.pkl", pickled(1))])],
    ["bytes after the pickle", () => around(joined(pickled(1), code("N.")))],
    ["a byte order", () => zipOf([stored("a/data.pkl", pickled(1)), stored("a/byteorder", code("middle"))])],
    ["protocol 0", () => around(code("I1\n."))],
    ["protocol 6", () => around(joined(Uint8Array.of(0x80, 6), code("N.")))],
    ["an unknown opcode", () => raw(Uint8Array.of(0xff))],
    ["two values", () => raw(code("NN"))],
    ["no value", () => raw()],
    ["a mark that is missing", () => raw(code("t"))],
    ["an append to a number", () => raw(opcodes(1), opcodes(2), code("a"))],
    ["an entry of a list", () => raw(code("]"), opcodes(1), opcodes(2), code("s"))],
    ["a key without a value", () => raw(code("}("), opcodes(1), code("u"))],
    ["a list as a key", () => raw(code("}("), opcodes([]), opcodes(1), code("u"))],
    ["a text that is not UTF-8", () => raw(code("U"), Uint8Array.of(1, 0xff))],
    ["a truncated text", () => raw(code("X"), fields([4, 100]))],
    ["a name without an end", () => raw(code("c"), new Uint8Array(2000).fill(65))],
    ["a call of a list", () => raw(opcodes([]), code(")R"))],
    ["attributes of a list", () => raw(opcodes([]), opcodes(1), code("b"))],
    ["a storage of another kind", () => raw(opcodes(["module"]), code("Q"))],
    [
      "a storage that is a part of another",
      () =>
        raw(
          code("("),
          opcodes("storage"),
          code("ctorch\nFloatStorage\n"),
          opcodes("0"),
          opcodes("cpu"),
          opcodes(2),
          opcodes([]),
          code("tQ"),
        ),
    ],
    [
      "a parameter that is no tensor",
      () => raw(code("ctorch._utils\n_rebuild_parameter\n("), opcodes(1), opcodes(true), code("NtR")),
    ],
    ["a tensor without a storage", () => raw(code("ctorch._utils\n_rebuild_tensor_v2\n)R"))],
    [
      "a tensor with hooks",
      () =>
        raw(
          code("ctorch._utils\n_rebuild_parameter\n("),
          opcodes(tensorOf({})),
          opcodes(true),
          opcodes({ kind: "dictionary", entries: [[1, 2]] }),
          code("tR"),
        ),
    ],
    [
      "a storage in the place of a value",
      () =>
        raw(
          code("("),
          opcodes("storage"),
          code("ctorch\nFloatStorage\n"),
          opcodes("0"),
          opcodes("cpu"),
          opcodes(2),
          code("tQ"),
        ),
    ],
    ["a storage without a number", () => raw(opcodes(["storage", "FloatStorage", "0"]), code("Q"))],
    ["a storage that is missing", () => zipOf([stored("a/data.pkl", pickled(tensorOf({})))])],
    ["a storage of another size", () => around(pickled(tensorOf({ count: 3 })))],
    ["a shape beyond the storage", () => pickle(tensorOf({ shape: [3] }))],
    ["strides beyond the storage", () => pickle(tensorOf({ strides: [2] }))],
    ["an offset beyond the storage", () => pickle(tensorOf({ offset: 1 }))],
    ["a negative stride", () => pickle(tensorOf({ strides: [-1] }))],
    ["fewer strides than sizes", () => pickle(tensorOf({ shape: [1, 2] }))],
    ["a storage with two types", () => pickle([tensorOf({}), tensorOf({ Class: "IntStorage" })])],
    ["a flag that is 2", () => around(pickled(tensorOf({ Class: "BoolStorage" })), Uint8Array.of(1, 2))],
    [
      "a name that appears twice",
      () =>
        pickle({
          kind: "dictionary",
          entries: [
            ["a.b", 1],
            ["a", { kind: "dictionary", entries: [["b", 2]] }],
          ],
        }),
    ],
    ["__proto__", () => pickle({ kind: "dictionary", entries: [["__proto__", 1]] })],
  ];

  test.each(cases)("%s", (_, make) => {
    expect(refusal(make())).toMatchSnapshot();
  });

  const storage = new Uint8Array(8);
  const own = { key: "0", count: 2, storage };
  const legacies: readonly [string, () => Uint8Array][] = [
    ["another protocol", () => legacyFile(pickled(tensorOf({})), [own], { protocol: 1002 })],
    ["no byte order", () => legacyFile(pickled(tensorOf({})), [own], { system: [] })],
    ["a storage twice", () => legacyFile(pickled(tensorOf({})), [own, own])],
    ["a storage that nothing refers to", () => legacyFile(pickled(1), [own])],
    ["a key that is no text", () => legacyFile(pickled(tensorOf({})), [{ ...own, key: 7 }])],
    ["a storage that is not listed", () => legacyFile(pickled(tensorOf({})), [])],
    ["another count", () => legacyFile(pickled(tensorOf({})), [{ ...own, count: 1 }])],
    ["two types of one storage", () => legacyFile(pickled([tensorOf({}), tensorOf({ Class: "IntStorage" })]), [own])],
    ["a storage beyond the end", () => legacyFile(pickled(tensorOf({ count: 2 ** 40 })), [{ ...own, count: 2 ** 40 }])],
  ];

  test.each(legacies)("a legacy file with %s", (_, make) => {
    expect(refusal(make())).toMatchSnapshot();
  });

  test("every beginning of a legacy file", () => {
    const whole = figure("legacy.pt");
    for (let length = 0; length < whole.length; length++)
      expect(() => readTorch(whole.subarray(0, length)), String(length)).toThrow(FormatError);
    expect(() => readTorch(joined(whole, Uint8Array.of(0)))).toThrow("1 bytes follow the last storage");
  });

  test("names of objects are names like any other", () => {
    const { values } = readTorch(
      pickle({
        kind: "dictionary",
        entries: [
          ["constructor", 1],
          ["toString", "a"],
          ["", true],
        ],
      }),
    );
    expect({ ...values }).toEqual({ constructor: 1, toString: "a", "": true });
  });
});
