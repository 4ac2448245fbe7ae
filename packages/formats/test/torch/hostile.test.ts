/** Files that would run code in Python, and bombs: refused by name, in little time and memory, and nothing runs. */
import { describe, expect, test } from "vitest";
import { MOST_STEPS } from "../../src/torch/machine.ts";
import { readTorch } from "../../src/torch/read.ts";
import { joined } from "../safetensors/handmade.ts";
import { deflated, fields, stored, zipOf } from "../zip/handmade.ts";
import { hostile } from "./figures.ts";
import { code, opcodes, pickled } from "./handmade.ts";
import { around, protocol2, refusal, tensorOf } from "./refusal.ts";

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
