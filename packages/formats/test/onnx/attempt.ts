/** Reads a file that may be damaged, and what must hold then; the fuzz test and the soak call it. */
import { GradientError, noGrad } from "@polygrad/autograd";
import { ArgumentError, full, MemoryError, ShapeError, ValueError } from "@polygrad/tensor";
import { expect } from "vitest";
import { Meter } from "../../../polygrad/test/arguments/bounded.ts";
import { FormatError } from "../../src/errors.ts";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import type { OnnxModel } from "../../src/onnx/onnx-model.ts";

/** What became of the files. */
export const counts = { read: 0, refused: 0, computed: 0, failed: 0, chains: 0 };

/** What a call gives, or undefined if it throws one of these errors; it may allocate so much. */
function bounded<Result>(most: number, errors: readonly (new (...args: never) => Error)[], call: () => Result) {
  const meter = new Meter();
  meter.install();
  try {
    return call();
  } catch (error) {
    if (!errors.some((Class) => error instanceof Class)) throw error;
    return undefined;
  } finally {
    meter.restore();
    expect(meter.bytes).toBeLessThanOrEqual(most);
  }
}

/** Reads a file with all that it allocates counted, and then computes with it. */
export function attempt(file: Uint8Array): void {
  const model = bounded(16 * file.length + 4096, [FormatError], () => fromOnnx(file));
  if (model === undefined) {
    counts.refused++;
    return;
  }
  counts.read++;
  for (const { value } of Object.values(model.state)) expect(value.size).toBeLessThanOrEqual(file.length);
  expect(Object.values(model.metadata).every((text) => typeof text === "string")).toBe(true);
  const layers = bounded(64 * file.length + 65_536, [FormatError], () => model.asSequential());
  if (layers !== undefined) counts.chains++;
  compute(model);
}

/** A graph that can be read may still ask for the impossible; it gets an error of ours. */
function compute(model: OnnxModel): void {
  const inputs = model.inputs.map(({ shape = [] }) =>
    full(
      shape.map((size) => (typeof size === "number" ? size % 7 : 2)),
      1,
    ),
  );
  const errors = [ArgumentError, GradientError, MemoryError, ShapeError, ValueError];
  const result = bounded(2 ** 22, errors, () => noGrad(() => model.forward(...inputs)));
  counts[result === undefined ? "failed" : "computed"]++;
}
