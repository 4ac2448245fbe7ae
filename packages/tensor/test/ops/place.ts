/** Places for results: tensors in the middle of pinned memory, and whether an operation wrote there, and only there. */
import { expect } from "vitest";
import { permute } from "../../src/ops/view.ts";
import { pinned } from "../../src/pin.ts";
import { sizeOf } from "../../src/shape.ts";
import { Tensor } from "../../src/tensor.ts";
import type { KernelKind } from "../../src/wasm/simd.ts";
import { expectSameBits, under } from "../kernel-kinds.ts";
import { expectTable, indices, read, rounded } from "../reference.ts";

const MARGIN = 5;
/** What stands where nothing has been written. */
const BLANK = -12345;

/** A tensor of that shape in a larger pinned block; `order` is that of its axes in memory, row-major unless given. */
export function placeOf(shape: readonly number[], order: readonly number[] = [...shape.keys()]): Tensor {
  const { storage } = pinned([sizeOf(shape) + 2 * MARGIN]);
  storage.data.fill(BLANK);
  const memory = order.map((axis) => shape[axis]);
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return permute(new Tensor(storage, memory, undefined, MARGIN), inverse);
}

/** Where the elements of a tensor stand in its storage. */
function placesOf({ shape, strides, offset }: Tensor): Set<number> {
  return new Set(indices(shape).map((index) => index.reduce((place, i, axis) => place + i * strides[axis], offset)));
}

/** Asserts that nothing has been written before or behind a place that takes all of its memory but the margins. */
export function expectMargins({ data, size }: Tensor): void {
  const margins = [...data.subarray(0, MARGIN), ...data.subarray(MARGIN + size)];
  expect(margins).toEqual(new Array<number>(2 * MARGIN).fill(BLANK));
}

/**
 * Asserts that `run` returns the very tensor it is given, with the same values in it as without (rounded, if the place is
 * in float32 and they are not), and writes nothing beside it: under both kinds of kernels, unless one is named.
 */
export function expectInPlace(
  run: (into?: Tensor) => Tensor,
  place: Tensor,
  kinds: readonly KernelKind[] = ["simd", "plain"],
): void {
  const [{ offset, strides, storage }, places] = [place, placesOf(place)];
  for (const kind of kinds) {
    place.data.fill(BLANK);
    const [wanted, got] = under(kind, () => [run(), run(place)]);
    expect(wanted.storage.address).toBeUndefined();
    expect(got).toBe(place);
    expect([got.offset, got.strides, got.storage === storage]).toEqual([offset, strides, true]);
    expectTable(got, rounded(read(wanted), place));
    expect([...place.data].every((value, i) => places.has(i) || value === BLANK)).toBe(true);
  }
}

/** Asserts that `run` ignores the place: it returns another tensor, with the same bits, and leaves the place untouched. */
export function expectElsewhere(run: (into?: Tensor) => Tensor, place: Tensor): void {
  for (const kind of ["simd", "plain"] as const) {
    place.data.fill(BLANK);
    const [wanted, got] = under(kind, () => [run(), run(place)]);
    expect(got.storage).not.toBe(place.storage);
    expectSameBits(got, wanted);
    expect(place.data.every((value) => value === BLANK)).toBe(true);
  }
}
