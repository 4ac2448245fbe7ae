/** Runs the same code with the SIMD kernels and with their plain twins. */
import { type KernelKind, kernels, simdAvailable, useKernels } from "@polygrad/tensor";

/** All kinds that run here. */
export const kinds: readonly KernelKind[] = simdAvailable() ? ["simd", "plain"] : ["plain"];

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
