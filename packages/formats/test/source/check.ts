/** Compares a source in TypeScript with its network, with SIMD kernels and with plain ones. */
import type { Module } from "@polygrad/nn";
import { simdAvailable, type Tensor, useKernels } from "@polygrad/tensor";
import { expect } from "vitest";
import { toSource } from "../../src/index.ts";
import { imported } from "../imported.ts";
import { bitsOf } from "./bits.ts";

/** Compares all rows, bit by bit. */
export async function check(model: Module, rows: Tensor): Promise<void> {
  const { network } = await imported(toSource(model, "typescript", { inputs: rows.size / rows.shape[0] }));
  for (const kind of simdAvailable() ? (["simd", "plain"] as const) : (["plain"] as const)) {
    useKernels(kind);
    const wanted = model.forward(rows).value.clone();
    const width = rows.size / rows.shape[0];
    const outputs = wanted.size / rows.shape[0];
    for (let r = 0; r < rows.shape[0]; r++) {
      const own = network(rows.data.subarray(r * width, (r + 1) * width));
      if (!(own instanceof Float32Array)) throw new Error("a source must return a Float32Array");
      const row = Float32Array.from(wanted.data.subarray(r * outputs, (r + 1) * outputs));
      expect(bitsOf(own)).toEqual(bitsOf(row));
    }
  }
}
