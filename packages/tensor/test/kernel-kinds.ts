/** Runs the same code with the SIMD kernels and with their plain twins, and holds the results to the same bits. */
import { expect } from "vitest";
import "../src/methods.ts";
import type { Tensor } from "../src/tensor.ts";
import { type KernelKind, kernels, useKernels } from "../src/wasm/simd.ts";
import { read } from "./reference.ts";

/** What `run` gives under one kind of kernels; the kind in use before is restored. */
export function under<T>(kind: KernelKind, run: () => T): T {
  const before = kernels();
  useKernels(kind);
  try {
    return run();
  } finally {
    useKernels(before);
  }
}

/** Asserts that two tensors have one shape and the same bits; any NaN equals any other. */
export function expectSameBits(got: Tensor, wanted: Tensor): void {
  expect(got.shape).toEqual(wanted.shape);
  expect(got.data.constructor).toBe(wanted.data.constructor);
  const [x, y] = [read(got).values, read(wanted).values];
  const position = x.findIndex((value, i) => !Object.is(value, y[i]));
  if (position >= 0) expect.fail(`SIMD ${x[position]}, plain ${y[position]} at position ${position} of [${got.shape}]`);
}

/** Runs under both kinds, asserts that the bits agree, and returns the result. */
export function onBothKernels(run: () => Tensor): Tensor {
  const [simd, plain] = [under("simd", run), under("plain", run)];
  expectSameBits(simd, plain);
  return simd;
}
