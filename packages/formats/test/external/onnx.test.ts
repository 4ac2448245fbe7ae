/** The package onnx, which is the format's own, finds nothing wrong with what is written, and changes nothing. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { architectureOf } from "../../src/architecture/architecture.ts";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { layers } from "../onnx/layers.ts";
import { script } from "./python.ts";

const directory = mkdtempSync(join(tmpdir(), "polygrad-onnx-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Checked {
  readonly error?: string;
  /** The shape that the checker infers for the output, from the nodes alone. */
  readonly output?: readonly (number | string)[];
  readonly opset?: number;
}

test.each([13, 14, 15, 16, 17])("every layer passes in opset %i", (opset) => {
  const paths = layers.map(([, layer], k) => {
    const path = join(directory, `${opset}-${k}.onnx`);
    writeFileSync(path, toOnnx(layer, { inputs: 5, opset }));
    return path;
  });
  const checked = script<readonly Checked[]>("onnx-check.py", "onnx", [...paths]);
  const wrong = checked.flatMap(({ error, output, opset: found }, k) =>
    error === undefined && String(output) === "batch,5" && found === opset ? [] : [[layers[k][0], error ?? output]],
  );
  expect(wrong).toEqual([]);
});

test("the checker finds what is wrong", () => {
  const [path, bytes] = [join(directory, "wrong.onnx"), toOnnx(layers[0][1])];
  const place = Buffer.from(bytes).indexOf("transB");
  bytes.set(Buffer.from("transC"), place);
  writeFileSync(path, bytes);
  expect(script<readonly Checked[]>("onnx-check.py", "onnx", [path])[0].error).toMatch(/transC/);
});

test("a model that Python has read and written is the same network", () => {
  const paths = layers.map(([name, layer], k) => {
    const [path, copy] = [join(directory, `${k}.onnx`), join(directory, `${k}-copy.onnx`)];
    writeFileSync(path, toOnnx(layer, { inputs: 5 }));
    return { name, path, copy };
  });
  const rewritten = script<number>("onnx-rewrite.py", "onnx", [...paths.flatMap(({ path, copy }) => [path, copy])]);
  expect(rewritten).toBe(layers.length);
  for (const { name, path, copy } of paths) {
    const [ours, theirs] = [path, copy].map((file) => fromOnnx(readFileSync(file)));
    expect(theirs.stateDict(), name).toEqual(ours.stateDict());
    expect(toOnnx(theirs.asSequential(), { inputs: 5 }), name).toEqual(toOnnx(ours.asSequential(), { inputs: 5 }));
    expect(architectureOf(theirs.asSequential()), name).toEqual(architectureOf(ours.asSequential()));
  }
});
