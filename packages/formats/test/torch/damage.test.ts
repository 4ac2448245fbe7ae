/** Files of PyTorch that something is wrong with: each is refused, and says what. */
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { readTorch } from "../../src/torch/read.ts";
import { joined } from "../safetensors/handmade.ts";
import { fields, stored, zipOf } from "../zip/handmade.ts";
import { figure } from "./figures.ts";
import { code, legacyFile, type Made, opcodes, pickled } from "./handmade.ts";
import { around, protocol2, refusal, tensorOf } from "./refusal.ts";

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
