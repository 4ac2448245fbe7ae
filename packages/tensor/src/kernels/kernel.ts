/**
 * What a kernel is: a loop over numbers in memory, written as SIMD code and as its twin in plain TypeScript.
 *
 * Both do the same operations in the same order, which stands at the top of each kernel's file; so they give the same bits.
 * A kernel knows addresses and arrays only. launch.ts puts tensors where it sees them.
 */
import type { Floats, Round } from "../floats.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";
import { type Compiled, compiled } from "../wasm/module.ts";

/** What SIMD code works on: the parameters of the compiled function. */
export interface Places {
  /** Addresses of the operands' first elements. */
  readonly operands: readonly Local<"i32">[];
  readonly results: readonly Local<"i32">[];
  /** Address of scratch memory. */
  readonly scratch: Local<"i32">;
  /** Numbers of rows, strides and the like, which may differ from call to call. */
  readonly counts: readonly Local<"i32">[];
  readonly scalars: readonly Local<"f64">[];
}

/** What the twin works on: the same as arrays that begin with the first element. */
export interface Arrays {
  readonly operands: readonly ArrayLike<number>[];
  readonly results: readonly Floats[];
  readonly counts: readonly number[];
  readonly scalars: readonly number[];
  /** Rounds to the precision of the results. */
  readonly round: Round;
}

/** A kernel. The code is compiled for `Settings` (sizes, a degree): numbers and booleans that all of it may depend on. */
export interface Kernel<Settings extends object> {
  /** No two kernels share a name. */
  readonly name: string;
  /** Bytes of scratch memory that the code needs. */
  readonly scratch?: (settings: Settings) => number;
  /** Emits the code; a kernel without it always runs as its twin. */
  readonly simd?: (f: FunctionBuilder, places: Places, settings: Settings) => void;
  /** The twin. */
  readonly plain: (arrays: Arrays, settings: Settings) => void;
  /** Whether the results are operands too: they are read and overwritten where they lie. */
  readonly inPlace?: boolean;
  /** Below this many elements the twin has ended before the operands would be in place. */
  readonly least?: number;
}

/** How many parameters of each kind a call has. */
export interface Arity {
  readonly operands: number;
  readonly results: number;
  readonly counts: number;
  readonly scalars: number;
}

/** The compiled code of a kernel. Its parameters: operands, results, scratch, counts, scalars. */
export function codeOf<Settings extends object>(
  { name, simd }: Kernel<Settings>,
  settings: Settings,
  { operands, results, counts, scalars }: Arity,
): Compiled {
  return compiled(`${name} ${Object.values(settings).join(" ")}`, (f) => {
    if (simd === undefined) throw new TypeError(`kernel ${name}: has no SIMD code`);
    const addresses = (length: number) => Array.from({ length }, () => f.parameter("i32"));
    const places = { operands: addresses(operands), results: addresses(results), scratch: f.parameter("i32") };
    const numbers = { counts: addresses(counts), scalars: Array.from({ length: scalars }, () => f.parameter("f64")) };
    simd(f, { ...places, ...numbers }, settings);
  });
}
