/** The flat parameters: where the values lie, and that moving them there changes none of them. */
import { type Variable, variable } from "@polygrad/autograd";
import { pin, pinned, Random, type Tensor, tensor, toFloat64, uniform, zeros } from "@polygrad/tensor";
import { handleOf, tensorAt } from "@polygrad/tensor/internal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flatten, slicesOf } from "../src/flat.ts";

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

/** The place of the first element in its buffer, in bytes. */
const placeOf = ({ data, offset }: Tensor) => data.byteOffset + offset * data.BYTES_PER_ELEMENT;

/** Whether `b` begins in memory where `a` ends. */
const follows = (a: Tensor, b: Tensor) =>
  a.data.buffer === b.data.buffer && a.isDense && b.isDense && placeOf(a) + a.size * 4 === placeOf(b);

describe("flatten", () => {
  test("puts values one after the other into pinned memory, with their elements and, without gaps, their layouts", () => {
    fc.assert(
      fc.property(lists, (parameters) => {
        const before = parameters.map(({ value, gradBuffer }) => {
          return { elements: value.toArray(), strides: value.strides, value, gradBuffer };
        });
        const flat = flatten(parameters);
        const size = before.reduce((sum, { value }) => sum + value.size, 0);
        expect([flat.shape, flat.strides, flat.offset]).toEqual([[size], [1], 0]);
        expect(flat.storage.address).toBeDefined();
        let offset = 0;
        for (const [k, { value, gradBuffer }] of parameters.entries()) {
          expect(value.toArray()).toEqual(before[k].elements);
          expect([value.data.buffer === flat.data.buffer, value.isDense]).toEqual([true, true]);
          expect(placeOf(value)).toBe(placeOf(flat) + offset * 4);
          expect(value.storage.length, "a storage of its own, with a version of its own").toBe(value.size);
          if (before[k].value.isDense) expect(value.strides).toEqual(before[k].strides);
          else expect(value.isContiguous).toBe(true);
          expect(gradBuffer).toBe(before[k].gradBuffer);
          offset += value.size;
        }
        for (let k = 1; k < parameters.length; k++)
          expect(follows(parameters[k - 1].value, parameters[k].value)).toBe(true);
        expect(inMemory(flat)).toEqual(parameters.flatMap(({ value }) => inMemory(value)));
      }),
    );
  });

  test("leaves the tensors that the values were in as they were", () => {
    const whole = tensorAt(handleOf(pin(tensor([...Array(10).keys()]))));
    const tensors = [tensor([1, 2]), pin(tensor([3, 4])), whole.slice(0, 3, 5), whole.slice(0, 4, 7)];
    const parameters = tensors.map((own) => variable(own));
    const flat = flatten(parameters);
    expect(flat.toArray()).toEqual([1, 2, 3, 4, 3, 4, 4, 5, 6]);
    for (const [k, { value }] of parameters.entries()) {
      expect(value.storage).not.toBe(tensors[k].storage);
      value.assign(tensor(0));
    }
    expect(tensors.map((own) => own.toArray())).toEqual([
      [1, 2],
      [3, 4],
      [3, 4],
      [4, 5, 6],
    ]);
  });

  test("what is written to the flat tensor is written to the parameters, and the other way round", () => {
    const parameters = [variable([1, 2]), variable(pin(zeros([2, 3])).transpose()), variable(7)];
    const flat = flatten(parameters);
    flat.assign(tensor([...Array(9).keys()]));
    expect(parameters.map(({ value }) => value.toArray())).toEqual([
      [0, 1],
      [
        [2, 5],
        [3, 6],
        [4, 7],
      ],
      8,
    ]);
    parameters[1].value.assign(tensor(-1));
    expect(flat.toArray()).toEqual([0, 1, -1, -1, -1, -1, -1, -1, 8]);
  });

  test("writing to one parameter makes a graph stale that uses it, but none that uses the others; the whole, all", () => {
    const [a, b] = [variable([1, 2]), variable([3, 4])];
    const flat = flatten([a, b]);
    const graphs = () => [a, b].map((x) => x.square().sum());
    const outcomes = (losses: readonly Variable[]) =>
      losses.map((loss) => {
        try {
          loss.backward();
          return "computed";
        } catch (error) {
          return String(error).match(/assign has overwritten/)?.[0];
        }
      });
    const before = graphs();
    a.value.assign(tensor(0));
    expect(outcomes(before)).toEqual(["assign has overwritten", "computed"]);
    const again = graphs();
    flat.slice(0, 2, 3).assign(tensor(0));
    expect(outcomes(again)).toEqual(["assign has overwritten", "assign has overwritten"]);
    const ofFlat = variable(flat).square().sum();
    b.value.assign(tensor(0));
    expect(outcomes([ofFlat])).toEqual(["assign has overwritten"]);
  });

  test("one parameter in doubles keeps all where they are", () => {
    const parameters = [variable([1, 2]), variable(toFloat64(tensor([3]))), variable([4])];
    const before = parameters.map(({ value }) => value);
    expect(() => flatten(parameters)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: DataParallel: a parameter of the model is not float32; workers train float32 parameters only]`,
    );
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
    expect([a, b, c].every(({ data }) => data.buffer === flat.data.buffer)).toBe(true);
  });

  test("follow each other from the flat tensor's offset on, without gaps", () => {
    fc.assert(
      fc.property(lists, fc.nat(5), (parameters, start) => {
        const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0);
        const flat = zeros([start + size + 3]).slice(0, start);
        const slices = slicesOf(flat, parameters);
        expect(slices.map(({ shape }) => shape)).toEqual(parameters.map(({ shape }) => shape));
        expect(placeOf(slices[0])).toBe(placeOf(flat));
        for (let k = 1; k < slices.length; k++) expect(follows(slices[k - 1], slices[k])).toBe(true);
        for (const slice of slices) slice.assign(tensor(1));
        expect(flat.sum().item()).toBe(size);
        expect(flat.slice(0, size).sum().item()).toBe(0);
      }),
    );
  });
});
