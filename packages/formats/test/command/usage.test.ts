/** Arguments: the help, and the exit codes of what makes no sense or is refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { activationNames } from "../../src/architecture/between.ts";
import { at, printed, read } from "./printed.ts";

test("help names every option and every format", async () => {
  const { code, out } = await printed("--help");
  expect(code).toBe(0);
  const options = [
    "activation",
    "basis",
    "squash",
    "in-order",
    "layers",
    "at",
    "inputs",
    "opset",
    "name",
    "dtype",
    "json",
  ];
  for (const option of options) expect(out).toMatch(new RegExp(`^  --${option} `, "m"));
  for (const ending of ["safetensors", "pt", "pth", "npy", "npz", "onnx", "ts", "c", "py", "glsl", "tex"])
    expect(out).toMatch(new RegExp(`\\.${ending}\\b`));
  for (const name of activationNames) expect(out).toContain(name);
  expect(Math.max(...out.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(120);
  expect((await printed("help")).out).toBe(out);
  expect((await printed("-h")).out).toBe(out);
  expect((await printed("convert", "--help")).out).toBe(out);
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect((await printed("--version")).out).toBe(`${version}\n`);
});

test("wrong arguments end with 2, files that are refused with 1; nothing is written", async () => {
  writeFileSync(at("text.txt"), "hello");
  writeFileSync(at("empty.pt"), "");
  writeFileSync(at("cut.safetensors"), read("model.safetensors").subarray(0, 100));
  const calls = [
    [],
    ["inspct", "a"],
    ["inspect"],
    ["inspect", "a", "--opset", "3"],
    ["inspect", "a", "--verbose"],
    ["convert", "a"],
    ["convert", at("model.safetensors"), at("no")],
    ["convert", at("model.safetensors"), at("no.exe")],
    ["convert", at("model.safetensors"), at("no.onnx"), "--opset", "x"],
    ["convert", at("model.safetensors"), at("no.onnx"), "--opset", "99"],
    ["convert", at("mlp.npz"), at("no.onnx"), "--activation", "swish"],
    ["convert", at("mlp.npz"), at("no.npy")],
    ["convert", at("mlp.npz"), at("no.onnx"), "--layers", "[1"],
    ["convert", at("mlp.npz"), at("no.onnx"), "--layers", '["Conv2d"]'],
    ["convert", at("model.safetensors"), at("no.c"), "--name", "a b"],
    ["convert", at("weights.safetensors"), at("nowhere/no.npz")],
    ["inspect", at("missing.pt")],
    ["inspect", at("text.txt")],
    ["inspect", at("empty.pt")],
    ["convert", at("mlp.npz"), at("mlp.npz")],
    ["inspect", at("cut.safetensors")],
  ];
  const results: string[] = [];
  for (const args of calls) {
    const { code, out, error } = await printed(...args);
    expect(out).toBe("");
    const [line] = error.split("\n");
    // Without a random name, and without what Node words in its own way.
    results.push(
      `${code}: ${line.replace(/\.[0-9a-f-]{36}\.part/, "").replace(/(JSON: |option '--verbose').*/, "$1...")}`,
    );
  }
  expect(results).toMatchInlineSnapshot(`
    [
      "2: polygrad-formats: say what to do: inspect or convert",
      "2: polygrad-formats: there is no command inspct; there are inspect and convert",
      "2: polygrad-formats: inspect needs one file, got 0",
      "2: polygrad-formats: inspect has no option --opset",
      "2: polygrad-formats: Unknown option '--verbose'...",
      "2: polygrad-formats: convert needs two files, INPUT and OUTPUT, got 1",
      "2: polygrad-formats: no: cannot write a file without an ending; known endings are .safetensors .npz .npy .onnx .ts .c .py .glsl .tex",
      "2: polygrad-formats: no.exe: cannot write .exe; known endings are .safetensors .npz .npy .onnx .ts .c .py .glsl .tex",
      "2: polygrad-formats: --opset must be a whole number, got x",
      "1: polygrad-formats: toOnnx: opset must be an integer from 13 to 17, got 99",
      "2: polygrad-formats: --activation must be one of none, relu, gelu, silu, softplus, tanh, sigmoid, elu, leaky-relu; got swish",
      "2: polygrad-formats: an .npy file has one tensor; choose it with --name: layers.0.weight, layers.0.bias, layers.2.weight, layers.2.bias",
      "2: polygrad-formats: --layers: it is not valid JSON: ...",
      "1: polygrad-formats: modelOf: the model: there is no layer "Conv2d"; known are Sequential, ReLU, GELU, SiLU, Softplus, Tanh, Sigmoid, Softmax, LogSoftmax, Flatten, LeakyReLU, ELU, Dropout, Embedding, Linear, Polynomial, BSpline, RadialBasis, LayerNorm, BatchNorm1d",
      "1: polygrad-formats: toSource: name must be a name such as "network", got "a b"",
      "1: polygrad-formats: writeAtomically: cannot write nowhere/no.npz: ENOENT: no such file or directory, open 'nowhere/no.npz'; free some space or choose another directory",
      "1: polygrad-formats: inspect: cannot read missing.pt: ENOENT: no such file or directory, open 'missing.pt'; check the path",
      "1: polygrad-formats: text.txt: this is no file of a known format: it does not begin as safetensors, ONNX, PyTorch, NumPy (.npz), NumPy (.npy) do",
      "1: polygrad-formats: empty.pt: the file is empty",
      "2: polygrad-formats: mlp.npz: INPUT and OUTPUT are the same file; choose another OUTPUT",
      "1: polygrad-formats: parseSafetensors: cut.safetensors: the header's length is 600 bytes, but only 92 follow; the file is truncated or of another format",
    ]
  `);
});
