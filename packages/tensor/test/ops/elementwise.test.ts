/** Elementwise operations against Math.* in double precision, on every layout and broadcast, and SIMD against its twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zeros } from "../../src/create.ts";
import { ValueError } from "../../src/errors.ts";
import * as ops from "../../src/ops/elementwise.ts";
import { broadcasting, type DrawOptions, tensors } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { type Bound, expectTable, floatUlp, mapTables, read, rounded } from "../reference.ts";
import { erf, erfc } from "./error-function.ts";

const FLOAT: DrawOptions = { contents: "special" };
const DOUBLE: DrawOptions = { contents: "special", double: true };

/** One unit in the last place of a float32; 1e-12 relative in double storage. */
const oneUlp: Bound = floatUlp;
const double: Bound = (wanted) => (Number.isFinite(wanted) ? 1e-12 * Math.abs(wanted) + 1e-300 : 0);

const bool = (condition: boolean) => (condition ? 1 : 0);

/** One operation of IEEE arithmetic, or a choice: the rounded double is the result. */
const exactUnary: Record<string, [ops.Unary, (x: number) => number]> = {
  neg: [ops.neg, (x) => -x],
  abs: [ops.abs, Math.abs],
  sign: [ops.sign, Math.sign],
  square: [ops.square, (x) => x * x],
  sqrt: [ops.sqrt, Math.sqrt],
  rsqrt: [ops.rsqrt, (x) => 1 / Math.sqrt(x)],
  relu: [ops.relu, (x) => (x > 0 || Number.isNaN(x) ? x : 0)],
};

const closeUnary: Record<string, [ops.Unary, (x: number) => number]> = {
  exp: [ops.exp, Math.exp],
  expm1: [ops.expm1, Math.expm1],
  log: [ops.log, Math.log],
  log1p: [ops.log1p, Math.log1p],
  tanh: [ops.tanh, Math.tanh],
  sigmoid: [ops.sigmoid, (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))],
  softplus: [ops.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  erf: [ops.erf, erf],
  gelu: [ops.gelu, (x) => (x / 2) * erfc(-x / Math.SQRT2)],
  sin: [ops.sin, Math.sin],
  cos: [ops.cos, Math.cos],
};

/** NaN if either is; 0 counts as larger than -0. */
const larger = (a: number, b: number) => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a === b) return Object.is(a, -0) ? b : a;
  return [a, b].sort((p, q) => p - q)[1];
};

const exactBinary: Record<string, [ops.Binary, (a: number, b: number) => number]> = {
  add: [ops.add, (a, b) => a + b],
  sub: [ops.sub, (a, b) => a - b],
  mul: [ops.mul, (a, b) => a * b],
  div: [ops.div, (a, b) => a / b],
  maximum: [ops.maximum, larger],
  minimum: [ops.minimum, (a, b) => -larger(-a, -b)],
  eq: [ops.eq, (a, b) => bool(a === b)],
  ne: [ops.ne, (a, b) => bool(a !== b)],
  lt: [ops.lt, (a, b) => bool(a < b)],
  le: [ops.le, (a, b) => bool(a <= b)],
  gt: [ops.gt, (a, b) => bool(a > b)],
  ge: [ops.ge, (a, b) => bool(a >= b)],
};

describe("of one operand", () => {
  test.each(Object.entries(exactUnary))("%s is exact", (_, [f, wanted]) => {
    fc.assert(
      fc.property(fc.oneof(tensors(FLOAT), tensors(DOUBLE)), (x) => {
        expectTable(
          onBothKernels(() => f(x)),
          rounded(mapTables(wanted, read(x)), x),
        );
      }),
      { numRuns: 40 },
    );
  });

  test.each(Object.entries(closeUnary))("%s is within a unit in the last place", (name, [f, wanted]) => {
    fc.assert(
      fc.property(tensors(FLOAT), (x) => {
        expectTable(
          onBothKernels(() => f(x)),
          rounded(mapTables(wanted, read(x))),
          oneUlp,
        );
      }),
      { numRuns: 40 },
    );
    // Beyond 2^20 a sine's argument would need more digits of pi than the 1e-12 is about.
    const tame: DrawOptions = { contents: name === "sin" || name === "cos" ? "ordinary" : "special", double: true };
    fc.assert(
      fc.property(tensors(tame), (x) => expectTable(f(x), mapTables(wanted, read(x)), double)),
      { numRuns: 20 },
    );
  });
});

describe("of two operands", () => {
  test.each(Object.entries(exactBinary))("%s is exact, and broadcasts", (_, [f, wanted]) => {
    fc.assert(
      fc.property(fc.oneof(broadcasting(2, FLOAT), broadcasting(2, DOUBLE)), ([a, b]) => {
        expectTable(
          onBothKernels(() => f(a, b)),
          rounded(mapTables(wanted, read(a), read(b)), a),
        );
      }),
      { numRuns: 60 },
    );
  });

  test.each(Object.entries(exactBinary))("%s takes a number for a scalar", (_, [f, wanted]) => {
    fc.assert(
      fc.property(fc.oneof(tensors(FLOAT), tensors(DOUBLE)), fc.double(), (x, value) => {
        const own = x.data instanceof Float64Array ? value : Math.fround(value);
        expectTable(
          onBothKernels(() => f(x, value)),
          rounded(
            mapTables((a) => wanted(a, own), read(x)),
            x,
          ),
        );
      }),
      { numRuns: 20 },
    );
  });

  test("pow: C's special cases, otherwise within a unit in the last place", () => {
    const wanted = (a: number, b: number) => {
      if (a === 1 || b === 0 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
      return a ** b;
    };
    fc.assert(
      fc.property(broadcasting(2, FLOAT), ([a, b]) => {
        expectTable(
          onBothKernels(() => ops.pow(a, b)),
          rounded(mapTables(wanted, read(a), read(b))),
          oneUlp,
        );
      }),
    );
  });
});

describe("choices", () => {
  test("where picks by a condition that is not zero; all three broadcast", () => {
    const triples = fc.oneof(broadcasting(3, FLOAT), broadcasting(3, DOUBLE));
    fc.assert(
      fc.property(triples, fc.boolean(), ([c, yes, no], swap) => {
        const pick = (condition: number, a: number, b: number) => (condition !== 0 ? a : b);
        const [t, a, b] = [read(c), read(yes), read(no)];
        expectTable(
          onBothKernels(() => ops.where(c, yes, no)),
          mapTables(pick, t, a, b),
        );
        const [first, second] = swap ? [2, yes] : [yes, 2];
        const constant = { shape: [], values: [2] };
        expectTable(
          onBothKernels(() => ops.where(c, first, second)),
          swap ? mapTables(pick, t, constant, a) : mapTables(pick, t, a, constant),
        );
      }),
    );
  });

  test("clamp limits to an interval; NaN stays", () => {
    const bounds = fc.tuple(fc.float({ noNaN: true }), fc.float({ noNaN: true }));
    fc.assert(
      fc.property(fc.oneof(tensors(FLOAT), tensors(DOUBLE)), bounds, (x, [p, q]) => {
        const [low, high] = p <= q ? [p, q] : [q, p];
        const limited = (value: number) => -larger(-larger(value, low), -high);
        expectTable(
          onBothKernels(() => ops.clamp(x, low, high)),
          mapTables(limited, read(x)),
        );
        expectTable(
          onBothKernels(() => ops.clamp(x, low)),
          mapTables((value) => larger(value, low), read(x)),
        );
      }),
    );
  });
});

test("refusals", () => {
  expect(() => ops.add(zeros([2, 3]), zeros([4, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: add: shapes [2, 3] and [4, 3] do not broadcast: 2 != 4 at axis -2; sizes must agree or be 1]`,
  );
  expect(() => ops.where(zeros([2]), zeros([3]), 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: where: shapes [2] and [3] and [] do not broadcast: 2 != 3 at axis -1; sizes must agree or be 1]`,
  );
  expect(() => ops.clamp(zeros([2]), 2, 1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: clamp: the lower bound 2 is not below the upper bound 1]`,
  );
  expect(() => ops.clamp(zeros([2]), Number.NaN)).toThrow(ValueError);
});
