/** Update rules: the same bits from both kernels, whatever the layout of the gradient, and what is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assign, toFloat64 } from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { zeros } from "../../src/fill.ts";
import type { Update } from "../../src/kernels/update.ts";
import { Storage } from "../../src/memory/storage.ts";
import { accumulate, updateInPlace } from "../../src/ops/update.ts";
import { permute, slice } from "../../src/ops/view.ts";
import { pin, pinned } from "../../src/pin.ts";
import { Tensor } from "../../src/tensor.ts";
import { counts, shapes, tensorOf, valuesFrom } from "../arbitraries.ts";
import { expectSameBits, onBothKernels, under } from "../kernel-kinds.ts";
import { expectTable, mapTables, read } from "../reference.ts";

/** Every operation there is: v = momentum v + g / 3; p = p - rate v sqrt(v v). */
const rule: Update = {
  name: "update test",
  states: 1,
  scalars: 2,
  rule: (m, [parameter, velocity], gradient, [momentum, rate]) => {
    const next = m.add(m.mul(momentum, velocity), m.div(gradient, rate));
    return [m.sub(parameter, m.mul(rate, m.mul(next, m.sqrt(m.mul(next, next))))), next];
  },
};

const scalars = [0.9, 0.1];
const r = Math.fround;
const velocityOf = (v: number, g: number) => r(r(r(0.9) * v) + r(g / r(0.1)));
const parameterOf = (p: number, v: number) => r(p - r(r(0.1) * r(v * r(Math.sqrt(r(v * v))))));

/** Parameters and gradient of one shape, and an order of the parameters' axes in memory. */
const steps = shapes(0, 3).chain((shape) =>
  fc.tuple(
    tensorOf(shape, { contents: "special" }),
    tensorOf(shape, { contents: "special" }),
    fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
    fc.constantFrom(pinned, zeros),
  ),
);

describe("a step", () => {
  test("is the rule, element by element, rounded to float32 at every operation", () => {
    fc.assert(
      fc.property(steps, ([start, gradient, order, make]) => {
        const before = read(start);
        const [p, g] = [before, read(gradient)];
        const run = (which: number) =>
          onBothKernels(() => {
            const inverse = order.map((_, axis) => order.indexOf(axis));
            const parameter = permute(make(order.map((axis) => start.shape[axis])), inverse);
            const velocity = permute(make(order.map((axis) => start.shape[axis])), inverse);
            assign(parameter, start);
            assign(velocity, start);
            updateInPlace(rule, parameter, gradient, [velocity], scalars);
            return which === 0 ? parameter : velocity;
          });
        expectTable(run(1), mapTables(velocityOf, p, g));
        expectTable(
          run(0),
          mapTables((own, slope) => parameterOf(own, velocityOf(own, slope)), p, g),
        );
        expectTable(start, before);
      }),
    );
  });

  test("of float64 parameters is computed in float64: nothing is narrowed", () => {
    const descent: Update = {
      name: "descent",
      states: 0,
      scalars: 1,
      rule: (m, [parameter], gradient, [rate]) => [m.sub(parameter, m.mul(rate, gradient))],
    };
    for (const gradient of [tensor(Float64Array.of(2)), tensor([2])]) {
      const parameter = tensor(Float64Array.of(1));
      onBothKernels(() => {
        parameter.data[0] = 1;
        updateInPlace(descent, parameter, gradient, [], [0.01]);
        return parameter;
      });
      expect(parameter.data[0]).toBe(1 - 0.01 * 2);
    }
    const drawn = shapes(0, 3).chain((shape) =>
      fc.tuple(tensorOf(shape, { contents: "special", double: true }), tensorOf(shape, { contents: "special" })),
    );
    fc.assert(
      fc.property(drawn, fc.boolean(), ([start, single], double) => {
        const gradient = double ? toFloat64(single) : single;
        const [p, g] = [read(start), read(gradient)];
        const velocities = mapTables((slope) => slope / 0.1, g);
        const [parameter, velocity] = [toFloat64(start), toFloat64(zeros(start.shape))];
        updateInPlace(rule, parameter, gradient, [velocity], scalars);
        expectTable(
          velocity,
          mapTables((v) => 0.9 * 0 + v, velocities),
        );
        expectTable(
          parameter,
          mapTables((own, v) => own - 0.1 * (v * Math.sqrt(v * v)), p, read(velocity)),
        );
      }),
      { numRuns: 30 },
    );
  });

  test("changes nothing beside the parameter", () => {
    for (const make of [pinned, zeros])
      for (const kind of ["simd", "plain"] as const) {
        const [whole, state] = [make([11]), make([11])];
        const [parameter, velocity] = [whole, state].map((x) => slice(x, 0, 2, 9));
        const ones = tensor([1, 1, 1, 1, 1, 1, 1]);
        under(kind, () => updateInPlace(rule, parameter, ones, [velocity], scalars));
        const changed = [whole, state].map((x) => [...x.data].map((value) => value !== 0));
        const inside = Array.from({ length: 11 }, (_, i) => i >= 2 && i < 9);
        expect(changed).toEqual([inside, inside]);
      }
  });
});

test("refusals", () => {
  const gaps = slice(zeros([4]), 0, 0, 4, 2);
  const step = (parameter: Tensor, gradient: Tensor) => updateInPlace(rule, parameter, gradient, [zeros([2])], scalars);
  expect(() => step(zeros([2]), zeros([3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: update test: parameter [2] and gradient [3] must have one shape, and the parameter must lie in memory without gaps]`,
  );
  expect(() => step(gaps, zeros([2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: update test: parameter [2] and gradient [2] must have one shape, and the parameter must lie in memory without gaps]`,
  );
  const repeated = new Tensor(new Storage(new Float32Array(1)), [2], [0]);
  expect(() => step(repeated, toFloat64(zeros([2])))).toThrow("without gaps");
  for (const state of [zeros([1]), toFloat64(zeros([2]))])
    expect(() => updateInPlace(rule, zeros([2]), zeros([2]), [state], scalars)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: update test: every state must have as many elements as the parameter [2], in the same precision]`,
    );
});

describe("accumulate", () => {
  test("adds several tensors, one after the other, rounded each time; the target may be one of them", () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 5 }), fc.integer(), fc.boolean(), (size, count, seed, isPinned) => {
        const values = Array.from({ length: count }, (_, k) => valuesFrom(seed + k, size, "special"));
        const wanted = tensor(
          values.map((part) => part.map(r)).reduce((sum, part) => sum.map((x, i) => r(x + part[i]))),
        );
        const got = onBothKernels(() => {
          const parts = values.map((part) => (isPinned ? pin(tensor(part)) : tensor(part)));
          return accumulate(parts[0], parts);
        });
        expectSameBits(got, wanted);
      }),
    );
  });
});
