/** Files that readTorch refuses: how they are put around a pickle, and what a refusal may cost. */
import { expect } from "vitest";
import { Meter } from "../../../polygrad/test/arguments/bounded.ts";
import { FormatError } from "../../src/errors.ts";
import { readTorch } from "../../src/torch/read.ts";
import { stored, zipOf } from "../zip/handmade.ts";
import type { Made } from "./handmade.ts";

/** A file around a pickle, with one storage. */
export const around = (pickle: Uint8Array, storage: Uint8Array = new Uint8Array(8)): Uint8Array =>
  zipOf([stored("a/data.pkl", pickle), stored("a/data/0", storage)]);
export const protocol2: Uint8Array = Uint8Array.of(0x80, 2);

/** The message with which a file is refused. It may take little time and memory. */
export function refusal(file: Uint8Array): string {
  const meter = new Meter();
  const start = process.cpuUsage();
  meter.install();
  try {
    readTorch(file);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.message;
  } finally {
    meter.restore();
    expect(meter.bytes).toBeLessThanOrEqual(12 * file.length + 4096);
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(5e6);
  }
  throw new Error("it was read");
}

/** A tensor of two elements, with some changes. */
export const tensorOf = (changes: object): Made => ({
  kind: "tensor",
  Class: "FloatStorage",
  count: 2,
  shape: [2],
  strides: [1],
  ...changes,
});
