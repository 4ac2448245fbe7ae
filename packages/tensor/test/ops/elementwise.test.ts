/** Elementwise operations against Math.* in double precision, on every layout and broadcast, and SIMD against its twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { ValueError } from "../../src/errors.ts";
import { zeros } from "../../src/fill.ts";
import type { Binary, Unary } from "../../src/operation.ts";
import * as ops from "../../src/ops/index.ts";
import type { Tensor } from "../../src/tensor.ts";
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

/** The nearest integer, ties to even, with the sign of x. */
const nearest = (x: number) => {
  const below = Math.floor(x);
  const above = x - below > 0.5 || (x - below === 0.5 && below % 2 !== 0);
  const size = Math.abs(Number.isInteger(x) || !Number.isFinite(x) ? x : above ? below + 1 : below);
  return x < 0 || Object.is(x, -0) ? -size : size;
};

/** One operation of IEEE arithmetic, or a choice: the rounded double is the result. */
const exactUnary: Record<string, [Unary, (x: number) => number]> = {
  neg: [ops.neg, (x) => -x],
  abs: [ops.abs, Math.abs],
  sign: [ops.sign, Math.sign],
  square: [ops.square, (x) => x * x],
  sqrt: [ops.sqrt, Math.sqrt],
  rsqrt: [ops.rsqrt, (x) => 1 / Math.sqrt(x)],
  relu: [ops.relu, (x) => (x > 0 || Number.isNaN(x) ? x : 0)],
  round: [ops.round, nearest],
  floor: [ops.floor, Math.floor],
  ceil: [ops.ceil, Math.ceil],
  isNan: [ops.isNan, (x) => bool(Number.isNaN(x))],
  isInf: [ops.isInf, (x) => bool(Math.abs(x) === Number.POSITIVE_INFINITY)],
};

const closeUnary: Record<string, [Unary, (x: number) => number]> = {
  exp: [ops.exp, Math.exp],
  expm1: [ops.expm1, Math.expm1],
  log: [ops.log, Math.log],
  log1p: [ops.log1p, Math.log1p],
  log2: [ops.log2, Math.log2],
  asin: [ops.asin, Math.asin],
  acos: [ops.acos, Math.acos],
  atan: [ops.atan, Math.atan],
  sinh: [ops.sinh, Math.sinh],
  cosh: [ops.cosh, Math.cosh],
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

const exactBinary: Record<string, [Binary, (a: number, b: number) => number]> = {
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

test("tan is the quotient of a sine and a cosine: three roundings", () => {
  fc.assert(
    fc.property(tensors(FLOAT), (x) => {
      expectTable(
        onBothKernels(() => ops.tan(x)),
        mapTables(Math.tan, read(x)),
        // The relative errors of sine, cosine and quotient, 2^-24 each; the cosine of a float32 is never subnormal.
        (wanted) => (Number.isFinite(wanted) ? 3.01 * 2 ** -24 * Math.abs(wanted) + 2 ** -149 : 0),
      );
    }),
  );
  fc.assert(
    fc.property(tensors({ double: true }), (x) => expectTable(ops.tan(x), mapTables(Math.tan, read(x)), double)),
  );
});

test("round: ties to even, and the sign of zero is kept; floor and ceil around integers", () => {
  const halves = [-2.5, -1.5, -0.5, -0.25, -0, 0, 0.25, 0.5, 1.5, 2.5, 3.5, 2 ** 23 - 0.5, 2 ** 24, -(2 ** 30)];
  const results = [-2, -2, -0, -0, -0, 0, 0, 0, 2, 2, 4, 2 ** 23, 2 ** 24, -(2 ** 30)];
  // Repeated, so that the SIMD kernels run.
  const x = ops.broadcastTo(tensor(halves), [9, halves.length]);
  const expectRows = (y: Tensor, wanted: number[]) =>
    expectTable(y, { shape: x.shape, values: new Array<number[]>(9).fill(wanted).flat() });
  expectRows(
    onBothKernels(() => ops.round(x)),
    results,
  );
  expectRows(
    onBothKernels(() => ops.floor(x)),
    halves.map(Math.floor),
  );
  expectRows(
    onBothKernels(() => ops.ceil(x)),
    halves.map(Math.ceil),
  );
  const doubles = tensor(Float64Array.of(0.49999999999999994, 2 ** 52 - 0.5, 2 ** 51 + 0.5, -1e300));
  expect([...ops.round(doubles).data]).toEqual([0, 2 ** 52, 2 ** 51, -1e300]);
  expect([...ops.floor(doubles).data]).toEqual([0, 2 ** 52 - 1, 2 ** 51, -1e300]);
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

  test.each(Object.entries(exactBinary))("%s takes a number for a scalar, on either side", (_, [f, wanted]) => {
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
        expectTable(
          onBothKernels(() => f(value, x)),
          rounded(
            mapTables((b) => wanted(own, b), read(x)),
            x,
          ),
        );
      }),
      { numRuns: 20 },
    );
    const both = f(3, -0.5);
    expectTable(both, { shape: [], values: [Math.fround(wanted(3, -0.5))] });
    expect(both.data).toBeInstanceOf(Float32Array);
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
        const chosen = { shape: [], values: [Number(swap)] };
        expectTable(
          onBothKernels(() => ops.where(Number(swap), yes, no)),
          mapTables(pick, chosen, a, b),
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
        expectTable(
          onBothKernels(() => ops.clamp(x, undefined, high)),
          mapTables((value) => -larger(-value, -high), read(x)),
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
    `[ValueError: clamp: needs low <= high, got 2 and 1]`,
  );
  expect(() => ops.clamp(zeros([2]), Number.NaN)).toThrow(ValueError);
  expect(() => Reflect.apply(ops.add, undefined, [zeros([2]), [1, 2]])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: add: expected a tensor, a variable or a number, got an array of 2; make one with tensor(...)]`,
  );
  expect(() => Reflect.apply(ops.exp, undefined, [])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: exp: expected a tensor, a variable or a number, got undefined; make one with tensor(...)]`,
  );
  expect(() => Reflect.apply(ops.mul, undefined, [zeros([2]), "2"])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: mul: expected a tensor, a variable or a number, got "2"; make one with tensor(...)]`,
  );
});
