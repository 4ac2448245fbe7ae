/** The checker of the package onnx, which is the format's own, finds nothing wrong with what is written. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { layers } from "../onnx/layers.ts";
import { pythonOnnx } from "./python-onnx.ts";

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
  const checked = pythonOnnx<readonly Checked[]>("onnx-check.py", ...paths);
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
  expect(pythonOnnx<readonly Checked[]>("onnx-check.py", path)[0].error).toMatch(/transC/);
});
