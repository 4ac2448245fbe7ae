/** Places for results: tensors in the middle of pinned memory, and whether an operation wrote there, and there only. */
import { expect } from "vitest";
import { pinned } from "../../src/create.ts";
import { sizeOf } from "../../src/shape.ts";
import { Tensor } from "../../src/tensor.ts";
import { permute } from "../../src/ops/view.ts";
import { expectSameBits, under } from "../kernel-kinds.ts";

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

/** Asserts that `run` writes its result to the place it is given, with the same bits as without, and nothing beside it. */
export function expectInPlace(run: (out?: Tensor) => Tensor, place: Tensor): void {
  const wanted = under("simd", () => run());
  expect(wanted.storage.address).toBeUndefined();
  const got = under("simd", () => run(place));
  expect([got.storage === place.storage, got.offset, got.shape]).toEqual([true, place.offset, place.shape]);
  expect(got.strides).toEqual(place.strides);
  expectSameBits(got, wanted);
  const { data } = place;
  const beside = [...data.subarray(0, MARGIN), ...data.subarray(MARGIN + place.size)];
  expect(beside).toEqual(new Array(2 * MARGIN).fill(BLANK));
}

/** Asserts that `run` gives the same without touching the place. */
export function expectElsewhere(run: (out?: Tensor) => Tensor, place: Tensor, kind: "simd" | "plain" = "simd"): void {
  place.data.fill(BLANK);
  const [wanted, got] = under(kind, () => [run(), run(place)]);
  expect(got.storage).not.toBe(place.storage);
  expectSameBits(got, wanted);
  expect(place.data.every((value) => value === BLANK)).toBe(true);
}
