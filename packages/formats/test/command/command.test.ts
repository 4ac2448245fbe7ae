/** The command: what it prints, its exit codes, and what the files hold that it writes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LayerNorm, Linear, loretz2024, Polynomial, ReLU, Sequential } from "@polygrad/nn";
import { normal, Random, tensor } from "@polygrad/tensor";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { run } from "../../src/command/main.ts";
import {
  encodeModel,
  encodeNpy,
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

const directory = mkdtempSync(join(tmpdir(), "polygrad-command-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string) => join(directory, name);
const read = (name: string) => new Uint8Array(readFileSync(at(name)));

/** What the command prints, without the folder of the test. */
async function printed(...args: readonly string[]) {
  const [out, error]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (text) => out.push(text), error: (text) => error.push(text) });
  const short = (texts: readonly string[]) => texts.join("").replaceAll(`${directory}/`, "");
  return { code, out: short(out), error: short(error) };
}

const random = new Random(4);
const model = new Sequential(
  new Polynomial(3, 2, { ...loretz2024, initialiser: (shape) => normal(shape, random) }),
  new LayerNorm(2),
  new Polynomial(2, 1, { ...loretz2024, initialiser: (shape) => normal(shape, random) }),
);
const mlp = new Sequential(new Linear(3, 4, { random }), new ReLU(), new Linear(4, 2, { random }));
const x = normal([5, 3], random);

beforeEach(() => {
  writeFileSync(at("model.safetensors"), encodeModel(model, { metadata: { epochs: "3" } }));
  writeFileSync(at("weights.safetensors"), encodeSafetensors(model.stateDict()));
  writeFileSync(at("mlp.npz"), encodeNpz(mlp.stateDict()));
  writeFileSync(at("array.npy"), encodeNpy(tensor([[1, 2, 3]])));
});

describe("inspect", () => {
  test("a model: its weights, its layers, and what else the file says, as docs/formats.md quotes it", async () => {
    const { code, out } = await printed("inspect", at("model.safetensors"));
    expect(code).toBe(0);
    const page = readFileSync(new URL("../../../../docs/formats.md", import.meta.url), "utf8");
    const [, quoted] = /`inspect model.safetensors` prints:\n\n```text\n([\s\S]*?)```/.exec(page) ?? [];
    expect(out).toBe(quoted);
  });

  test("an .npz file and an .npy file", async () => {
    const { out } = await printed("inspect", at("mlp.npz"));
    expect(out.replace(/[0-9a-f]{64}/, "...")).toMatchInlineSnapshot(`
      "mlp.npz: NumPy (.npz), 1,246 bytes
      SHA-256 ...

        name             type     shape      numbers
        layers.0.weight  float32  [4, 3]          12
        layers.0.bias    float32  [4]              4
        layers.2.weight  float32  [2, 4]           8
        layers.2.bias    float32  [2]              2
                                  4 tensors       26
      "
    `);
    expect((await printed("inspect", at("array.npy"))).out).toContain("  array  float32  [1, 3]");
  });

  test("JSON, with the hash that other programs compute", async () => {
    const { out } = await printed("inspect", "--json", at("weights.safetensors"));
    const { sha256, ...rest } = JSON.parse(out);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", read("weights.safetensors")));
    expect(sha256).toBe(Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""));
    expect(rest).toEqual({
      format: "safetensors",
      bytes: read("weights.safetensors").length,
      tensors: [
        { name: "layers.0.weight", dtype: "F32", shape: [2, 3, 4] },
        { name: "layers.1.bias", dtype: "F32", shape: [2] },
        { name: "layers.1.weight", dtype: "F32", shape: [2] },
        { name: "layers.2.weight", dtype: "F32", shape: [1, 2, 4] },
      ],
      metadata: {},
    });
  });

  test("safetensors files whose length looks like the start of another format", async () => {
    // The lengths of their headers begin with the bytes of ONNX (8) and of a pickle (0x80, 2).
    const starts = new Set<string>();
    for (let length = 0; length < 700; length += 8) {
      const file = encodeSafetensors({ x: tensor([1]) }, { metadata: { padding: "x".repeat(length) } });
      starts.add(file.subarray(0, 2).join());
      writeFileSync(at("start.safetensors"), file);
      expect((await printed("inspect", at("start.safetensors"))).out).toContain("safetensors, ");
    }
    expect([...starts]).toEqual(expect.arrayContaining(["8,1", "128,2"]));
  });

  test("names that would write to the terminal are shown, not obeyed", async () => {
    writeFileSync(at("evil.safetensors"), encodeSafetensors({ "\u001b[2J\u202e": tensor([1]) }));
    const { out } = await printed("inspect", at("evil.safetensors"));
    expect(out).toContain("\\u{1b}[2J\\u{202e}");
    for (const hidden of ["\u001b", "\u202e"]) expect(out).not.toContain(hidden);
  });
});

describe("convert", () => {
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
    expect(out).toMatch(
      new RegExp(`^out${ending}: [\\d,]+ bytes, SHA-256 [0-9a-f]{64}\nlayers\n  Polynomial\\(3, 2, `),
    );
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
    for (const [name, value] of Object.entries(mlp.stateDict()))
      expect(tensors[name].toArray()).toEqual(value.toArray());
  });

  test("weights without layers: the options say what shapes do not, and the file then says the layers", async () => {
    const refused = await printed("convert", at("mlp.npz"), at("never.onnx"));
    expect(refused).toEqual({
      code: 1,
      out: "",
      error: expect.stringContaining(
        "between layers.0 and layers.2 has no weights; name it with the option activation",
      ),
    });
    expect(() => read("never.onnx")).toThrow("ENOENT");
    const { code, out } = await printed("convert", at("mlp.npz"), at("mlp.safetensors"), "--activation", "relu");
    expect([code, out.split("\n").slice(1)]).toEqual([
      0,
      ["layers", "  Linear(3, 4, { bias: true })", "  ReLU()", "  Linear(4, 2, { bias: true })", ""],
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
});

test("help names every option and every format", async () => {
  const { code, out } = await printed("--help");
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "polygrad-formats: converts files of tensors and networks, and shows what is in them.

      npx @polygrad/formats inspect FILE            names, shapes, types, metadata, SHA-256
      npx @polygrad/formats convert INPUT OUTPUT    the ending of OUTPUT says what is written

    Reads   .safetensors  .pt .pth (PyTorch)  .npy .npz (NumPy)  .onnx
            The content decides, not the ending. Nothing in a file is executed, and nothing is downloaded.
    Writes  tensors:   .safetensors  .npz  .npy
            networks:  .onnx  .ts  .c  .py  .glsl  .tex (the network as a formula)

    To write a network, its layers must be known. Models that encodeModel or toOnnx wrote say them. For other files, they
    are read from names and shapes, and shown; these options say what shapes do not:

      --activation NAME  the function between layers: relu, gelu, silu, softplus, tanh, sigmoid, elu, leaky-relu, none
      --basis NAME       the basis of polynomials: monomial (the default), chebyshev, legendre, hermite
      --squash NAME      what polynomials apply to their inputs: none or tanh
      --layers JSON      all layers, such as '["Sequential", ["Linear", 784, 10], ["ReLU"]]'; or the path of a .json file
      --at PREFIX        only the tensors whose names begin with PREFIX and a dot: --at model_state_dict

    Options of what is written:

      --inputs N         the number of inputs, if no layer says it; --inputs 28,28 for ONNX models that take images
      --opset N          the version of ONNX's operators, 13 to 17 (17)
      --name NAME        the name of the function or of the graph (network); of the tensor, for .npy
      --dtype TYPE       the type of numbers in .safetensors, .npz and .npy files: float32, float64, float16, or, in
                         .safetensors files, bfloat16; by default they stay as they are

      --json             inspect prints JSON
      --help, --version

    Exit codes: 0 done; 1 the file was refused, cannot be read or cannot be converted; 2 wrong arguments.
    "
  `);
  expect((await printed("help")).out).toBe(out);
  expect((await printed("convert", "--help")).out).toBe(out);
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect((await printed("--version")).out).toBe(`${version}\n`);
});

test("wrong arguments end with 2, files that are refused with 1; nothing is written", async () => {
  writeFileSync(at("text.txt"), "hello");
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
    ["convert", at("weights.safetensors"), join(directory, "nowhere", "no.npz")],
    ["inspect", at("missing.pt")],
    ["inspect", at("text.txt")],
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
      "1: polygrad-formats: parseSafetensors: cut.safetensors: the header's length is 600 bytes, but only 92 follow; the file is truncated or of another format",
    ]
  `);
});
