/** When zeros are skipped, and that stale lists are never used: results are those of the plain kernels throughout. */
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { normal } from "../../src/draw.ts";
import { heap } from "../../src/memory/heap.ts";
import { type Lease, partOf } from "../../src/memory/storage.ts";
import { transpose } from "../../src/ops/axes.ts";
import { linear } from "../../src/ops/linear.ts";
import { polynomial } from "../../src/ops/polynomial.ts";
import { ByteRows } from "../../src/ops/rows.ts";
import { permute, reshape } from "../../src/ops/view.ts";
import { listsFor, listsOf } from "../../src/ops/zeros.ts";
import { pin, pinned } from "../../src/pin.ts";
import { Random } from "../../src/random.ts";
import { Tensor } from "../../src/tensor.ts";
import { expectSameBits, under } from "../kernel-kinds.ts";
import { linearGradient, polynomialGradWeight } from "./gradients.ts";
import "../../src/methods.ts";

const random = new Random(3);
const drawn = (...shape: readonly number[]): Tensor => normal(shape, random);
const [ROWS, COLUMNS, OUTPUTS] = [300, 100, 48];
const weight = transpose(pin(drawn(COLUMNS, OUTPUTS)));
const terms = permute(pin(drawn(COLUMNS, 4, OUTPUTS)), [2, 0, 1]);
const bias = drawn(OUTPUTS);
const g = drawn(ROWS, OUTPUTS);

/** [ROWS, COLUMNS], of which a share is not zero. */
function sparse(share: number, shape: readonly number[] = [ROWS, COLUMNS]): Tensor {
  const x = normal(shape, random);
  for (let i = 0; i < x.size; i++) if (random.uniform() >= share) x.data[i] = 0;
  return x;
}

/** A copy, which has no lists. */
const fresh = (x: Tensor): Tensor => tensor([...x.contiguous().data.subarray(x.offset, x.offset + x.size)], x.shape);

/** Asserts that both layers and their gradients of x are those of the plain kernels. */
function expectRight(x: Tensor): void {
  const other = under("plain", () => fresh(x));
  const both = (run: (x: Tensor) => Tensor) =>
    expectSameBits(
      run(x),
      under("plain", () => run(other)),
    );
  both((x) => linear(x, weight, bias, true));
  both((x) => linearGradient(1, g, x, weight));
  both((x) => polynomial(x, terms));
  both((x) => polynomialGradWeight(g, x, terms));
}

/** Whether a linear layer of x makes lists. */
function makesLists(x: Tensor, w: Tensor = weight, b: Tensor = bias): boolean {
  linear(x, w, b);
  return listsOf(x, g) !== undefined;
}

describe("lists are made", () => {
  test("of floats, if enough of them are zero", () => {
    for (const share of [0, 0.1, 0.25]) expect(makesLists(sparse(share))).toBe(true);
    for (const share of [0.4, 0.9, 1]) expect(makesLists(sparse(share))).toBe(false);
    const x = sparse(0.65);
    polynomial(x, terms);
    expect(listsOf(x, g)).toBeDefined();
  });

  test("but not of few rows, columns or outputs, in double precision or for plain kernels", () => {
    const x = sparse(0.1);
    expect(under("plain", () => makesLists(x))).toBe(false);
    expect(makesLists(sparse(0.1, [4, COLUMNS]))).toBe(false);
    expect(makesLists(sparse(0.1, [ROWS, 20]), drawn(OUTPUTS, 20))).toBe(false);
    expect(makesLists(x, drawn(3, COLUMNS), drawn(3))).toBe(false);
    expect(makesLists(x.toFloat64())).toBe(false);
    expect(makesLists(x, weight.toFloat64())).toBe(false);
    // They would take 78 MiB, and stay in memory.
    expect(listsFor(pinned([60_000, 256]), OUTPUTS, "product", [])).toBeUndefined();
    expect(listsFor(pinned([40_000, 256]), OUTPUTS, "product", [])).toBeDefined();
  });

  test("in the same memory again and again", () => {
    for (let step = 0; step < 8; step++) expectRight(sparse(0.2));
    const before = heap().used;
    for (let step = 0; step < 50; step++) linear(sparse(0.2), weight, bias);
    expect(heap().used).toBe(before);
    const x = sparse(0.2);
    for (let step = 0; step < 50; step++) linear(x, weight, bias);
    expect(heap().used).toBe(before);
  });
});

describe("lists are not used", () => {
  test("once the elements have been written through data, where the next layer makes new ones, or none", () => {
    const x = pin(sparse(0.2));
    expectRight(x);
    x.data.fill(0.5, 10, 90);
    expectRight(x);
    x.data.fill(0.5);
    expectRight(x);
    x.data.fill(0, 0, 29_000);
    linear(x, drawn(2, COLUMNS), drawn(2));
    expectSameBits(
      linearGradient(1, g, x, weight),
      under("plain", () => linearGradient(1, g, fresh(x), weight)),
    );
  });

  test("for another view of the same memory", () => {
    const x = sparse(0.2, [100, 100]);
    linear(x, weight, bias);
    const [turned, own] = [transpose(x), drawn(100, OUTPUTS)];
    expectSameBits(
      linearGradient(1, own, turned, weight),
      under("plain", () => linearGradient(1, own, fresh(turned), weight)),
    );
  });

  test("after assign, nor where plain kernels were chosen in between", () => {
    const x = sparse(0.2);
    linear(x, weight, bias);
    expect(under("plain", () => listsOf(x, g))).toBeUndefined();
    x.assign(sparse(0.3));
    expect(listsOf(x, g)).toBeUndefined();
    expectSameBits(
      linearGradient(1, g, x, weight),
      under("plain", () => linearGradient(1, g, fresh(x), weight)),
    );
  });
});

describe("a batch of bytes", () => {
  const table = new ByteRows(1000, COLUMNS);
  for (let i = 0; i < table.bytes.length; i++) if (random.uniform() < 0.3) table.bytes[i] = 1 + random.below(255);
  const memory = pinned([ROWS, 10, 10]);

  /** A batch in the same memory as the one before, whose loan ends. */
  function draw(loan: Lease): { x: Tensor; wanted: Tensor } {
    const indices = Int32Array.from({ length: ROWS }, () => random.below(1000));
    const x = new Tensor(partOf(memory.storage, 0, memory.size, loan), memory.shape);
    const wanted = pinned([ROWS, COLUMNS]);
    table.gatherInto(indices, x);
    table.gatherInto(indices.fill(0, 0, 0), wanted);
    return { x, wanted };
  }

  test("does not become floats before something looks at them", () => {
    const { x, wanted } = draw({});
    memory.data.fill(-1);
    const flat = reshape(x, [ROWS, COLUMNS]);
    const y = polynomial(flat, terms);
    expect(memory.data.every((value) => value === -1)).toBe(true);
    expectSameBits(
      y,
      under("plain", () => polynomial(wanted, terms)),
    );
    expectSameBits(flat, wanted);
    expectSameBits(reshape(pin(memory), [ROWS, COLUMNS]), wanted);
    expectRight(flat);
  });

  test("whose floats have been changed is multiplied as it is now", () => {
    const { x } = draw({});
    const flat = reshape(x, [ROWS, COLUMNS]);
    linear(flat, weight, bias);
    flat.data[7] = -3;
    expectRight(flat);
  });

  test("that has expired cannot be read; its lists are not those of the next batch", () => {
    const loan: Lease = {};
    const first = reshape(draw(loan).x, [ROWS, COLUMNS]);
    linear(first, weight, bias);
    loan.endedBy = "the next batch";
    const { x } = draw({});
    expect(() => linear(first, weight, bias)).toThrow("the next batch has overwritten these elements");
    expect(() => linearGradient(1, g, first, weight)).toThrow("the next batch has overwritten these elements");
    expectRight(reshape(x, [ROWS, COLUMNS]));
  });
});
