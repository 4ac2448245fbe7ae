/** Reads damaged files: each is read or refused with a FormatError, and takes little memory in either case. */
import type { Tensor } from "@polygrad/tensor";
import { expect } from "vitest";
import { Meter } from "../../polygrad/test/arguments/bounded.ts";
import { FormatError } from "../src/errors.ts";

/** How many files were read and refused. */
export class Attempts {
  read = 0;
  refused = 0;

  /**
   * Reads a file with all that it allocates counted, and checks the tensors in it.
   * @param perByte the most bytes of arrays for each byte of the file
   */
  attempt(file: Uint8Array, read: (file: Uint8Array) => Readonly<Record<string, Tensor>>, perByte: number): void {
    const meter = new Meter();
    meter.install();
    let tensors: Readonly<Record<string, Tensor>>;
    try {
      tensors = read(file);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.refused++;
      return;
    } finally {
      meter.restore();
      expect(meter.bytes).toBeLessThanOrEqual(perByte * file.length + 4096);
    }
    this.read++;
    for (const x of Object.values(tensors)) checkSane(x);
  }
}

/** Every element of a tensor, of the first thousand, is a number in its storage. */
function checkSane(x: Tensor): void {
  expect(x.shape.reduce((product, size) => product * size, 1)).toBe(x.size);
  const index = x.shape.map(() => 0);
  for (let count = Math.min(x.size, 1000); count > 0; count--) {
    const place = index.reduce((at, i, axis) => at + i * x.strides[axis], x.offset);
    expect(typeof x.data[place]).toBe("number");
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] + 1) % x.shape[axis];
      if (index[axis] > 0) break;
    }
  }
}
