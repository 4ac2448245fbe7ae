/** What `convert` writes, byte for byte, and what it says about layers. */
import { writeFileSync } from "node:fs";
import { Softmax } from "@polygrad/nn";
import { tensor } from "@polygrad/tensor";
import { expect, test } from "vitest";
import {
  encodeNpz,
  encodeSafetensors,
  formula,
  parseModel,
  parseNpy,
  parseNpz,
  parseSafetensors,
  toOnnx,
  toSource,
} from "../../src/index.ts";
import { at, mlp, model, printed, read, x } from "./printed.ts";

test.each([
  [".onnx", toOnnx(model, { metadata: { epochs: "3" } })],
  [".ts", toSource(model, "typescript")],
  [".c", toSource(model, "c")],
  [".py", toSource(model, "python")],
  [".glsl", toSource(model, "glsl")],
  [".tex", `${formula(model).toLatex()}\n`],
])("a model to %s: what the library writes", async (ending, expected) => {
  const { code, out } = await printed("convert", at("model.safetensors"), at(`out${ending}`));
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^out${ending}: [\\d,]+ bytes, SHA-256 [0-9a-f]{64}\nlayers\n  Polynomial\\(3, 2, `));
  const bytes = typeof expected === "string" ? new TextEncoder().encode(expected) : expected;
  expect(read(`out${ending}`)).toEqual(new Uint8Array(bytes));
});

test("options of what is written", async () => {
  await printed("convert", at("model.safetensors"), at("out.c"), "--name", "predict");
  expect(read("out.c")).toEqual(new TextEncoder().encode(toSource(model, "c", { name: "predict" })));
  await printed("convert", at("model.safetensors"), at("out.onnx"), "--opset", "13", "--inputs", "1,3");
  expect(read("out.onnx")).toEqual(toOnnx(model, { opset: 13, inputs: [1, 3], metadata: { epochs: "3" } }));
  await printed("convert", at("weights.safetensors"), at("out.npz"), "--dtype", "float64");
  expect(Object.values(parseNpz(read("out.npz")).dtypes)).toEqual(Array(4).fill("float64"));
  await printed("convert", at("weights.safetensors"), at("out.npy"), "--name", "layers.1.bias");
  expect(parseNpy(read("out.npy")).tensor.toArray()).toEqual([0, 0]);
  await printed("convert", at("array.npy"), at("half.safetensors"), "--dtype", "bfloat16");
  expect(parseSafetensors(read("half.safetensors")).dtypes).toEqual({ array: "BF16" });
});

test("tensors from format to format, bit for bit", async () => {
  await printed("convert", at("mlp.npz"), at("out.safetensors"));
  await printed("convert", at("out.safetensors"), at("out.npz"));
  const { tensors } = parseNpz(read("out.npz"));
  for (const [name, value] of Object.entries(mlp.stateDict())) expect(tensors[name].toArray()).toEqual(value.toArray());
});

test("weights without layers: the options say what shapes do not, and the file then says the layers", async () => {
  const refused = await printed("convert", at("mlp.npz"), at("never.onnx"));
  expect(refused).toEqual({
    code: 1,
    out: "",
    error: expect.stringContaining("between layers.0 and layers.2 has no weights; name it with the option activation"),
  });
  expect(() => read("never.onnx")).toThrow("ENOENT");
  const { code, out } = await printed("convert", at("mlp.npz"), at("mlp.safetensors"), "--activation", "relu");
  expect([code, out.split("\n").slice(1)]).toEqual([
    0,
    [
      "layers (guessed from names and shapes, with no function after the last; compare them with your forward pass)",
      "  Linear(3, 4, { bias: true })",
      "  ReLU()",
      "  Linear(4, 2, { bias: true })",
      "weights",
      ...["0.weight", "0.bias", "2.weight", "2.bias"].map((name) => `  layers.${name} -> layers.${name}`),
      "",
    ],
  ]);
  const made = parseModel(read("mlp.safetensors"));
  expect(made.forward(x).value.toArray()).toEqual(mlp.forward(x).value.toArray());
  const layers = '["Sequential", ["Linear", 3, 4], ["ReLU"], ["Linear", 4, 2]]';
  writeFileSync(at("layers.json"), layers);
  for (const given of [layers, at("layers.json")]) {
    expect((await printed("convert", at("mlp.npz"), at("given.onnx"), "--layers", given)).code).toBe(0);
    expect(read("given.onnx")).toEqual(toOnnx(mlp));
  }
});

test("layers with PyTorch's names: all of them from --layers, in any order of numbers, or in the order of the file", async () => {
  const theirs = Object.entries(mlp.stateDict()).map(([name, value]) => [name.replace("layers.", ""), value] as const);
  writeFileSync(at("theirs.safetensors"), encodeSafetensors(Object.fromEntries(theirs)));
  const layers =
    '["Sequential", ["Flatten"], ["Linear", 3, 4], ["ReLU"], ["Dropout", 0.3], ["Linear", 4, 2], ["Softmax"]]';
  const { code, out } = await printed("convert", at("theirs.safetensors"), at("all.safetensors"), "--layers", layers);
  expect(code).toBe(0);
  for (const line of ["0.weight -> layers.1.weight", "2.bias -> layers.4.bias"]) expect(out).toContain(`\n  ${line}\n`);
  const made = parseModel(read("all.safetensors"));
  expect(made.forward(x).value.toArray()).toEqual(new Softmax().forward(mlp.forward(x)).value.toArray());

  const words = Object.entries(mlp.stateDict()).map(
    ([name, value]) => [name.replace("layers.0", "hidden").replace("layers.2", "head"), value] as const,
  );
  writeFileSync(at("words.npz"), encodeNpz(Object.fromEntries(words)));
  const refused = await printed("convert", at("words.npz"), at("words.c"), "--activation", "relu");
  expect([refused.code, refused.error]).toEqual([1, expect.stringContaining("the order of hidden, head is not known")]);
  const told = await printed("convert", at("words.npz"), at("words.c"), "--activation", "relu", "--in-order");
  expect([told.code, told.out]).toEqual([0, expect.stringContaining("  hidden.weight -> layers.0.weight")]);
  expect(read("words.c")).toEqual(new TextEncoder().encode(toSource(mlp, "c")));
});

test("what a file says about its layers is not guessed anew", async () => {
  const { code, error } = await printed("convert", at("model.safetensors"), at("no.c"), "--activation", "relu");
  expect([code, error]).toEqual([2, expect.stringContaining("the file says its layers; only --layers can say others")]);
});

test("only the tensors below a name", async () => {
  const tensors = Object.fromEntries(
    Object.entries(mlp.stateDict()).map(([name, value]) => [`net.model.${name}`, value]),
  );
  writeFileSync(at("nested.npz"), encodeNpz({ ...tensors, "optimiser.step": tensor([7]) }));
  await printed("convert", at("nested.npz"), at("mlp.ts"), "--at", "net.model", "--activation", "relu");
  expect(read("mlp.ts")).toEqual(new TextEncoder().encode(toSource(mlp, "typescript")));
  const { code, error } = await printed("convert", at("nested.npz"), at("mlp.ts"), "--at", "other");
  expect([code, error]).toEqual([
    1,
    'polygrad-formats: no name of a tensor begins with "other."; the first are net.model.layers.0.weight, net.model.layers.0.bias, net.model.layers.2.weight\n',
  ]);
});
