/** The arithmetic on lanes is the arithmetic on numbers, operation by operation, to the last bit. */
import { describe, expect, test } from "vitest";
import { type Arithmetic, numbers } from "../../src/math/arithmetic.ts";
import { heap } from "../../src/memory/heap.ts";
import { v128 } from "../../src/wasm/expression.ts";
import { doubleLanes, narrow, type Pair, widen } from "../../src/wasm/lanes.ts";
import { compiled } from "../../src/wasm/module.ts";

const address = heap().allocate(256);

/** Runs an operation on four pairs of float32s, and reads the four doubleLanes. */
function lanes(
  name: string,
  f: (m: Arithmetic<Pair, Pair>, a: Pair, b: Pair) => Pair,
  a: number[],
  b: number[],
): number[] {
  heap().floats.set([...a, ...b], address / 4);
  compiled(`doubles test ${name}`, (build) => {
    const at = build.parameter("i32");
    const [x, y] = [widen(build, v128.load(at)), widen(build, v128.load(at, 16))];
    const { low, high } = f(doubleLanes(build), x, y);
    build.storeVector(at, 32, low);
    build.storeVector(at, 48, high);
  })(address);
  return [...new Float64Array(heap().memory.buffer, address + 32, 4)];
}

const any = [0, -0, 1, -1.5, 0.5, -2.5, 3.5, 1e-40, -1e38, 3e38, Infinity, -Infinity, NaN, 2 ** 23, 7, 1 / 3].map(
  Math.fround,
);
const integers = [0, 1, -1, 52, -52, 1000, -1000, 1023, -1022, -1023, 127, -126];

type Operation = <T, Mask>(m: Arithmetic<T, Mask>, a: T, b: T) => T;

const operations: Record<string, Operation> = {
  number: (m, a) => m.add(m.number(0.1), a),
  add: (m, a, b) => m.add(a, b),
  sub: (m, a, b) => m.sub(a, b),
  mul: (m, a, b) => m.mul(a, b),
  div: (m, a, b) => m.div(a, b),
  neg: (m, a) => m.neg(a),
  abs: (m, a) => m.abs(a),
  max: (m, a, b) => m.max(a, b),
  min: (m, a, b) => m.min(a, b),
  larger: (m, a, b) => m.larger(a, b),
  smaller: (m, a, b) => m.smaller(a, b),
  nearest: (m, a) => m.nearest(a),
  exponent: (m, a) => m.exponent(a),
  mantissa: (m, a) => m.mantissa(a),
  horner: (m, a, b) => m.horner([1, 0.1, 0.3], m.mul(a, b)),
  "less and select": (m, a, b) => m.select(m.less(a, b), a, b),
};

/** Four at a time, against every other value. */
function pairs(values: readonly number[]): [number[], number[]][] {
  const all = values.flatMap((a) => values.map((b) => [a, b]));
  return Array.from({ length: Math.ceil(all.length / 4) }, (_, i) => {
    const four = [0, 1, 2, 3].map((k) => all[Math.min(4 * i + k, all.length - 1)]);
    return [four.map(([a]) => a), four.map(([, b]) => b)];
  });
}

describe("lanes", () => {
  test.each(Object.entries(operations))("%s", (name, f) => {
    for (const [a, b] of pairs(any)) {
      const wanted = a.map((_, i) => f(numbers, a[i], b[i]));
      expect(
        lanes(name, (m, x, y) => f(m, x, y), a, b),
        `${name} of ${a} and ${b}`,
      ).toEqual(wanted);
    }
  });

  test("twoTo, for every integer it is specified for", () => {
    for (const [a, b] of pairs(integers))
      expect(lanes("twoTo", (m, x) => m.twoTo(x), a, b)).toEqual(a.map((k) => numbers.twoTo(k)));
  });

  test("narrow rounds each double to its lane", () => {
    heap().floats.set([1, 3, 5, 7], address / 4);
    compiled("doubles test narrow", (f) => {
      const at = f.parameter("i32");
      const m = doubleLanes(f);
      f.storeVector(at, 16, narrow(m.div(widen(f, v128.load(at)), m.number(9))));
    })(address);
    expect([...heap().floats.subarray(address / 4 + 4, address / 4 + 8)]).toEqual(
      [1 / 9, 1 / 3, 5 / 9, 7 / 9].map(Math.fround),
    );
  });
});
