/** What `inspect` prints, and that it shows names without obeying them. */
import { readFileSync, writeFileSync } from "node:fs";
import { tensor } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { encodeSafetensors } from "../../src/index.ts";
import { at, printed, read } from "./printed.ts";

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
