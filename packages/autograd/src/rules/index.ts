/** The table of gradient rules: one entry for each primitive operation of `@polygrad/tensor`, by its name. */
import type * as k from "@polygrad/tensor";
import type { Binary, Listed, Primitive, Ternary, Unary } from "@polygrad/tensor";
import type { Fused, RuleForEach, Rules } from "../rule.ts";
import type { Variable } from "../variable.ts";
import * as elementwise from "./elementwise.ts";
import * as functions from "./functions.ts";
import * as fused from "./fused.ts";
import * as join from "./join.ts";
import * as matmul from "./matmul.ts";
import * as movement from "./movement.ts";
import * as reduce from "./reduce.ts";

/** The rules, or the fused backward pass, of a primitive operation. */
type DerivativeOf<Call> =
  Call extends Primitive<Listed>
    ? Rules<[Variable], [list: readonly number[]]>
    : Call extends Primitive<Unary<infer Options>>
      ? Rules<[Variable], Options> | Fused<[Variable], Options>
      : Call extends Primitive<Binary<infer Options>>
        ? Rules<[Variable, Variable], Options> | Fused<[Variable, Variable], Options>
        : Call extends Primitive<Ternary<infer Options>>
          ? Rules<[Variable, Variable, Variable], Options> | Fused<[Variable, Variable, Variable], Options>
          : never;

/** Exhaustive: a primitive operation without rules does not compile. */
type Table = {
  readonly [Name in keyof typeof k as (typeof k)[Name] extends { readonly forward: unknown }
    ? Name
    : never]: DerivativeOf<(typeof k)[Name]>;
} & { readonly concat: RuleForEach<[axis: number]> };

/** The entries of all files. */
type All = typeof elementwise &
  typeof functions &
  typeof reduce &
  typeof movement &
  typeof join &
  typeof matmul &
  typeof fused;

export const rules: All = {
  ...elementwise,
  ...functions,
  ...reduce,
  ...movement,
  ...join,
  ...matmul,
  ...fused,
} satisfies Table;
