/**
 * What a kernel is: a loop over numbers in memory, written as SIMD code and as its twin in plain TypeScript.
 *
 * Both do the same operations in the same order, which is stated at the top of each kernel's file, so they give the
 * same bits. A kernel knows only addresses and arrays. launch.ts puts tensors where kernels can use them.
 */
import type { Floats, Round } from "../floats.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";
import { type Compiled, compiled } from "../wasm/module.ts";

/** What SIMD code works on: the parameters of the compiled function. */
export interface Places {
  /** Addresses of the operands' first elements. */
  readonly operands: readonly Local<"i32">[];
  readonly results: readonly Local<"i32">[];
  /** The address of scratch memory. */
  readonly scratch: Local<"i32">;
  /** Numbers of rows, strides and the like, which may differ from call to call. */
  readonly counts: readonly Local<"i32">[];
  readonly scalars: readonly Local<"f64">[];
}

/** What the twin works on: the same operands and results, as arrays that begin with the first element. */
export interface Arrays {
  readonly operands: readonly ArrayLike<number>[];
  readonly results: readonly Floats[];
  readonly counts: readonly number[];
  readonly scalars: readonly number[];
  /** Rounds to the precision of the results. */
  readonly round: Round;
}

/** A kernel. Its code is compiled for `Settings`: numbers and booleans, such as sizes or a degree. */
export interface Kernel<Settings extends object> {
  /** The name, which no other kernel has: compiled code is kept by name and settings. */
  readonly name: string;
  /** The number of bytes of scratch memory that the SIMD code needs; 0 by default. */
  readonly scratch?: (settings: Settings) => number;
  /** Emits the SIMD code. A kernel without SIMD code always runs as its twin. */
  readonly simd?: (f: FunctionBuilder, places: Places, settings: Settings) => void;
  /**
   * The twin: the same computation in plain TypeScript. Kernels that skip zeros have none: they are launched only where
   * SIMD code runs, and where it does not, the kernel that does not skip them gives the same bits.
   */
  readonly plain?: (arrays: Arrays, settings: Settings) => void;
  /** Whether the results are operands too, which are read and overwritten in place; false by default. */
  readonly inPlace?: boolean;
  /** With fewer elements than this, the twin is faster than placing the operands for the SIMD code; 0 by default. */
  readonly least?: number;
}

/** The compiled code of a kernel. Its parameters are the operands, the results, scratch, the counts and the scalars. */
export function codeOf<Settings extends object>(
  { name, simd }: Kernel<Settings>,
  settings: Settings,
  [operands, results, counts, scalars]: readonly number[],
): Compiled {
  return compiled(`${name} ${Object.values(settings).join(" ")}`, (f) => {
    if (simd === undefined) throw new TypeError(`kernel ${name}: has no SIMD code`);
    const addresses = (length: number) => Array.from({ length }, () => f.parameter("i32"));
    const places = { operands: addresses(operands), results: addresses(results), scratch: f.parameter("i32") };
    const numbers = { counts: addresses(counts), scalars: Array.from({ length: scalars }, () => f.parameter("f64")) };
    simd(f, { ...places, ...numbers }, settings);
  });
}
