/** The checker of the package onnx, which is the format's own, finds nothing wrong with what is written. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { layers } from "../onnx/layers.ts";

const directory = mkdtempSync(join(tmpdir(), "polygrad-onnx-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Checked {
  readonly error?: string;
  readonly output?: readonly (number | string)[];
  readonly opset?: number;
}

/** Python with the packages onnx and torch: that of Debian, which another Python may hide. */
export const PYTHON = "/usr/bin/python3";

function check(paths: readonly string[]): readonly Checked[] {
  const script = fileURLToPath(new URL("./onnx-check.py", import.meta.url));
  const { error, status, stdout, stderr } = spawnSync(PYTHON, [script, ...paths], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined || status !== 0) throw new Error(`onnx-check.py failed: ${error?.message ?? stderr}`);
  return JSON.parse(stdout);
}

test.each([13, 14, 15, 16, 17])("every layer passes in opset %i", (opset) => {
  const paths = layers.map(([, layer], k) => {
    const path = join(directory, `${opset}-${k}.onnx`);
    writeFileSync(path, toOnnx(layer, { inputs: 5, opset }));
    return path;
  });
  const wrong = check(paths).flatMap(({ error, output, opset: found }, k) =>
    error === undefined && String(output) === "batch,5" && found === opset ? [] : [[layers[k][0], error ?? output]],
  );
  expect(wrong).toEqual([]);
});
