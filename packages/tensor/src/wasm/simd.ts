/** Chooses the kernels: SIMD code where WebAssembly has SIMD, else the plain twins. Both give the same bits. */
import { oneOf } from "../arguments.ts";
import { ValueError } from "../errors.ts";

/** A kind of kernel. `simd`: WebAssembly with 128-bit vectors. `plain`: TypeScript only. */
export type KernelKind = "simd" | "plain";

/** The smallest module with a vector in it: () -> v128.const, drop. */
const PROBE = [
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 23, 1, 21, 0],
  ...[0xfd, 0x0c, ...new Array<number>(16).fill(0), 0x1a, 0x0b],
];

/** Whether WebAssembly exists, has vectors, and may be compiled (a content security policy can forbid it). */
function detect(): boolean {
  try {
    new WebAssembly.Module(new Uint8Array(PROBE));
    return true;
  } catch {
    return false;
  }
}

const kindOfKernel = oneOf("simd", "plain");

let available: boolean | undefined;
let chosen: KernelKind | undefined;

/** Whether SIMD kernels can run here. */
export function simdAvailable(): boolean {
  available ??= detect();
  return available;
}

/**
 * The kind of kernel in use: by default `simd` if it is available and `POLYGRAD_KERNELS` is not set to `plain`.
 * @throws ValueError if `POLYGRAD_KERNELS` is neither `simd` nor `plain`.
 */
export function kernels(): KernelKind {
  chosen ??= simdAvailable() && fromEnvironment() !== "plain" ? "simd" : "plain";
  return chosen;
}

/**
 * Chooses the kind of kernel that operations use from now on.
 * @throws ValueError if the kind is `simd` and WebAssembly SIMD is not available; ArgumentError if there is no such
 * kind.
 */
export function useKernels(kind: KernelKind): void {
  kindOfKernel("useKernels", "the kind", kind);
  if (kind === "simd" && !simdAvailable())
    throw new ValueError('useKernels: WebAssembly SIMD is not available here; use "plain"');
  chosen = kind;
}

declare const process: { readonly env: Readonly<Record<string, string | undefined>> } | undefined;

function fromEnvironment(): KernelKind | undefined {
  const value = typeof process === "undefined" ? undefined : process.env.POLYGRAD_KERNELS;
  if (value === undefined || value === "" || value === "simd") return undefined;
  if (value === "plain") return "plain";
  throw new ValueError(`POLYGRAD_KERNELS: "${value}" is not a kind of kernel; use "simd" or "plain"`);
}
