/** Parameters side by side: where they and their gradients lie, what stays in place, and that no value changes. */
import { type Variable, variable } from "@polygrad/autograd";
import {
  handleOf,
  pin,
  pinned,
  Random,
  type Tensor,
  tensor,
  tensorAt,
  toFloat64,
  uniform,
  zeros,
} from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sideBySide, slicesOf } from "../../src/index.ts";
import { follows, joined, totalSize } from "../../src/optim/block.ts";

/** How a value may lie in memory. */
const layouts: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  ordinary: (x) => x.clone(),
  pinned: (x) => pin(x),
  "axes reversed": (x) => pin(x.permute(reversed(x))).permute(reversed(x)),
  "with gaps": (x) =>
    pinned([...x.shape, 2])
      .select(-1, 0)
      .assign(x),
  repeated: (x) =>
    x
      .flatten()
      .slice(0, 0, 1)
      .reshape(x.shape.map(() => 1))
      .expand(x.shape),
  backwards: (x) => pin(x.flip()).flip(),
};
const reversed = (x: Tensor) => x.shape.map((_, axis) => -1 - axis);

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
const values = fc
  .tuple(shape, fc.constantFrom(...Object.keys(layouts)), fc.nat())
  .filter(([sizes, layout]) => layout !== "repeated" || sizes.every((size) => size > 0))
  .map(([sizes, layout, seed]) => layouts[layout](uniform(sizes, new Random(seed))));
const lists = fc.array(values, { minLength: 1, maxLength: 5 }).map((list) => list.map((value) => variable(value)));

/** The elements in the order in which they lie in memory, of a tensor without gaps. */
const inMemory = ({ data, offset, size }: Tensor) => [...data.subarray(offset, offset + size)];
const buffersOf = (parameters: readonly Variable[]) => parameters.flatMap(({ gradBuffer }) => gradBuffer ?? []);

describe("sideBySide", () => {
  test("puts values, and the places of gradients, one after the other into pinned memory", () => {
    fc.assert(
      fc.property(lists, (parameters) => {
        const before = parameters.map(({ value }) => ({ elements: value.toArray(), strides: value.strides, value }));
        const flat = sideBySide(parameters);
        const size = totalSize(parameters);
        expect(size).toBe(before.reduce((sum, { value }) => sum + value.size, 0));
        expect([flat?.shape, flat?.strides, flat?.storage.address !== undefined]).toEqual([[size], [1], true]);
        expect(flat?.storage).toBe(parameters[0].value.storage);
        let offset = flat?.offset ?? 0;
        for (const [k, { value, gradBuffer }] of parameters.entries()) {
          expect(value.toArray()).toEqual(before[k].elements);
          expect([value.storage === flat?.storage, value.offset, value.isDense]).toEqual([true, offset, true]);
          if (before[k].value.isDense) expect(value.strides).toEqual(before[k].strides);
          else expect(value.isContiguous).toBe(true);
          expect([gradBuffer?.shape, gradBuffer?.strides]).toEqual([value.shape, value.strides]);
          expect([gradBuffer?.toArray(), value.data === gradBuffer?.data]).toEqual([
            zeros(value.shape).toArray(),
            false,
          ]);
          offset += value.size;
        }
        const buffers = buffersOf(parameters);
        expect(new Set(buffers.map(({ storage }) => storage)).size).toBe(1);
        for (let k = 1; k < buffers.length; k++) expect(follows(buffers[k - 1], buffers[k])).toBe(true);
        expect([...(flat ? inMemory(flat) : [])]).toEqual(parameters.flatMap(({ value }) => inMemory(value)));

        // Once there, they stay.
        const [places, again] = [parameters.map(({ value }) => value), sideBySide(parameters)];
        expect(parameters.every(({ value, gradBuffer }, k) => value === places[k] && gradBuffer === buffers[k])).toBe(
          true,
        );
        expect([again?.storage === flat?.storage, again?.offset, again?.size]).toEqual([true, flat?.offset, size]);
      }),
    );
  });

  test("leaves the tensors that the values were in as they were", () => {
    const [a, b] = [tensor([1, 2]), pin(tensor([3, 4]))];
    const parameters = [variable(a), variable(b)];
    sideBySide(parameters);
    for (const { value } of parameters) value.assign(tensor(0));
    expect([a.toArray(), b.toArray()]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("what already lies side by side stays, also in the middle of memory that another thread has pinned", () => {
    const whole = tensorAt(handleOf(pin(tensor([...Array(20).keys()]))));
    const cuts = [whole.slice(0, 3, 9).reshape([3, 2]).transpose(), whole.slice(0, 9, 10), whole.slice(0, 10, 14)];
    const parameters = cuts.map((cut) => variable(cut));
    const places = slicesOf(pinned([20]).slice(0, 2, 13), parameters);
    for (const [k, parameter] of parameters.entries()) parameter.gradBuffer = places[k];
    const flat = sideBySide(parameters);
    expect(parameters.map(({ value, gradBuffer }, k) => value === cuts[k] && gradBuffer === places[k])).toEqual([
      true,
      true,
      true,
    ]);
    expect(flat?.toArray()).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    flat?.assign(tensor(1));
    expect(whole.sum().item()).toBe(0 + 1 + 2 + 11 + 14 + 15 + 16 + 17 + 18 + 19);

    const alone = variable(whole.slice(0, 5, 8));
    const { value } = alone;
    expect(sideBySide([alone])?.offset).toBe(5);
    expect([alone.value === value, alone.gradBuffer?.shape]).toEqual([true, [3]]);
  });

  test("what lies in another order, apart, or in ordinary memory is moved", () => {
    const whole = pin(tensor([...Array(10).keys()]));
    const cut = (start: number, end: number) => whole.slice(0, start, end);
    const ordinary = tensor([1, 2, 3]);
    for (const list of [
      [cut(3, 5), cut(0, 3)],
      [cut(0, 3), cut(4, 6)],
      [cut(0, 3), cut(2, 5)],
      [ordinary],
      [ordinary.slice(0, 0, 1), ordinary.slice(0, 1)],
    ]) {
      const parameters = list.map((value) => variable(value));
      const flat = sideBySide(parameters);
      expect(flat?.toArray()).toEqual(list.flatMap((value) => value.toArray()));
      expect(flat?.storage.address).toBeDefined();
      for (const [k, { value }] of parameters.entries()) expect(value.storage).not.toBe(list[k].storage);
    }
  });

  test("missing places of gradients are made for all", () => {
    const parameters = [variable([1]), variable([2, 3])];
    parameters[1].gradBuffer = pinned([2]);
    sideBySide(parameters);
    const [a, b] = buffersOf(parameters);
    expect(follows(a, b)).toBe(true);
    const other = variable([4]);
    sideBySide([...parameters, other]);
    const all = buffersOf([...parameters, other]);
    expect([all[0] === a, follows(all[0], all[1]), follows(all[1], all[2])]).toEqual([false, true, true]);
    // Side by side, but not in this order.
    sideBySide([parameters[1], parameters[0]]);
    expect(follows(...(buffersOf([parameters[1], parameters[0]]) as [Tensor, Tensor]))).toBe(true);
  });

  test("one parameter in doubles keeps all where they are", () => {
    const parameters = [variable([1, 2]), variable(toFloat64(tensor([3]))), variable([4])];
    const before = parameters.map(({ value }) => value);
    expect(sideBySide(parameters)).toBeUndefined();
    expect(parameters.every(({ value, gradBuffer }, k) => value === before[k] && gradBuffer === undefined)).toBe(true);
  });
});

describe("slices", () => {
  test("have the parameters' shapes and orders in memory, one after the other, from the flat tensor's offset on", () => {
    const transposed = variable(pin(zeros([2, 3])).transpose());
    const gaps = variable(zeros([4, 2]).slice(1, 0, 1));
    const flat = tensor([...Array(20).keys()]).slice(0, 5);
    const [a, b, c] = slicesOf(flat, [transposed, gaps, variable(7)]);
    expect([a.toArray(), b.toArray(), c.toArray()]).toEqual([
      [
        [5, 8],
        [6, 9],
        [7, 10],
      ],
      [[11], [12], [13], [14]],
      15,
    ]);
    expect([a.strides, b.isContiguous, c.shape]).toEqual([[1, 3], true, []]);
    expect([a, b, c].every(({ storage }) => storage === flat.storage)).toBe(true);
  });

  test("follow each other only in one storage, without gaps, in order", () => {
    const whole = zeros([12]);
    const [a, b, c] = [whole.slice(0, 0, 4), whole.slice(0, 4, 8), whole.slice(0, 8)];
    expect([follows(a, b), follows(b, c), follows(a, c), follows(b, a), follows(a, a)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(follows(a.reshape([2, 2]).transpose(), b)).toBe(true);
    expect(follows(a, zeros([8]).slice(0, 4))).toBe(false);
    expect(follows(whole.slice(0, 0, 8, 2), b)).toBe(false);
    expect(follows(a, whole.slice(0, 4, 12, 2))).toBe(false);
    expect(joined([b, c]).assign(tensor(1)).shape).toEqual([8]);
    expect([...whole.data]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  });
});
