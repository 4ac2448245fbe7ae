/** Kernels that skip zeros give the bits of those that do not, whatever x, the weights and the gradient hold. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { launch } from "../../src/kernels/launch.ts";
import { floatListsKernel, laneTables } from "../../src/kernels/zeros/floats.ts";
import { listSumsKernel } from "../../src/kernels/zeros/forward.ts";
import { FIRST_BLOCK, layout, listsLength, SPACING } from "../../src/kernels/zeros/lists.ts";
import { listWeightsKernel } from "../../src/kernels/zeros/weights.ts";
import { byteStorage } from "../../src/memory/storage.ts";
import { linear } from "../../src/ops/linear.ts";
import { ByteTable, PickedRows } from "../../src/ops/picked.ts";
import { polynomial } from "../../src/ops/polynomial.ts";
import { permute } from "../../src/ops/view.ts";
import { pinned } from "../../src/pin.ts";
import type { Tensor } from "../../src/tensor.ts";
import { type Contents, counts, valuesFrom } from "../arbitraries.ts";
import { expectSameBits, under } from "../kernel-kinds.ts";
import { linearGradient, polynomialGradient } from "../ops/gradients.ts";
import { expectMargins, placeOf } from "../ops/place.ts";
import "../../src/methods.ts";

/** A layer, its input and the gradient of its output: sizes, what they hold, and how much of x is not zero. */
interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  /** A matrix product is a polynomial of degree 1 without constant terms. */
  readonly product: boolean;
  readonly degree: number;
  readonly constants: boolean;
  readonly relu: boolean;
  readonly density: number;
  readonly seed: number;
  readonly x: Contents;
  readonly w: Contents;
  readonly g: Contents;
}

const contents = fc.constantFrom<Contents>("ordinary", "special");
const cases: fc.Arbitrary<Case> = fc
  .record({
    rows: fc.oneof(counts, fc.constantFrom(255, 256, 257, 300, 520)),
    columns: fc.oneof(counts, fc.constantFrom(255, 256, 257, 300, 520)),
    outputs: fc.oneof(counts, fc.constantFrom(20, 24, 25, 48, 49)),
    form: fc.oneof(
      fc.constant({ product: true, degree: 1, constants: false }),
      fc.record({ product: fc.constant(false), degree: fc.constantFrom(1, 2, 3, 5), constants: fc.boolean() }),
    ),
    relu: fc.boolean(),
    density: fc.constantFrom(0, 0.02, 0.2, 0.5, 0.9, 1),
    seed: fc.integer(),
    x: contents,
    w: contents,
    g: contents,
  })
  .map(({ form, ...others }) => ({ ...others, ...form }))
  .filter(({ rows, columns, outputs, degree }) => rows * columns * outputs * (degree + 1) <= 400_000);

/** Values of which a share stays, and the others are 0; some of these zeros are -0. */
function thinned(values: readonly number[], seed: number, density: number): number[] {
  const draws = valuesFrom(seed ^ 0x5bd1e995, values.length).map((value) => (Math.abs(value) * 1e6) % 1);
  return values.map((value, i) => (draws[i] < density ? value : draws[i] > 0.97 ? -0 : 0));
}

/** The results with and without skipping zeros: of the layer, and of the gradient with respect to its weights. */
function expectSame(
  { rows, columns, outputs, product, degree, constants, relu, seed, w, g: held }: Case,
  x: Tensor,
  lists: Tensor,
  wide: boolean,
) {
  const terms = degree + Number(constants);
  const weight = permute(
    tensor(valuesFrom(seed + 1, columns * terms * outputs, w), [columns, terms, outputs]),
    [2, 0, 1],
  );
  const bias = tensor(valuesFrom(seed + 2, outputs, w));
  const g = tensor(valuesFrom(seed + 3, rows * outputs, held), [rows, outputs]);
  const matrix = weight.reshape([outputs, columns * terms]);
  const settings = { columns, wide, outputs, degree, constants };
  const inMemory = permute(weight, [1, 2, 0]).contiguous();
  const sums = launch(
    listSumsKernel,
    { ...settings, bias: product, relu: relu && product },
    [lists, inMemory, ...(product ? [bias] : [])],
    placeOf([rows, outputs]),
    [rows],
  );
  const weights = launch(listWeightsKernel, settings, [lists, g], placeOf([columns, terms, outputs]), [rows]);
  for (const place of [sums, weights, lists]) expectMargins(place);
  under("plain", () => {
    expectSameBits(
      sums,
      product ? linear(x, matrix, bias, relu) : polynomial(x, weight, "monomial", "none", constants),
    );
    const gradient = product
      ? linearGradient(1, g, x, matrix)
      : polynomialGradient({ basis: "monomial", squash: "none" }, 1, g, x, weight, undefined, constants);
    expectSameBits(permute(weights, [2, 0, 1]).reshape(gradient.shape), gradient);
  });
}

describe("skipping zeros does not show in the bits", () => {
  test("of floats: densities 0 to 1, zeros of both signs, subnormals, infinities and NaN", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { rows, columns, seed, density, x: held } = drawn;
        const x = tensor(thinned(valuesFrom(seed, rows * columns, held), seed, density), [rows, columns]);
        const lists = placeOf([listsLength({ columns, wide: true }, rows)]);
        launch(floatListsKernel, { columns }, [x, laneTables()], lists, [rows]);
        expectSame(drawn, x, lists, true);
      }),
      { numRuns: 150 },
    );
  });

  test("of bytes, in rows picked by index", () => {
    fc.assert(
      fc.property(
        cases.filter(({ columns }) => columns >= 8),
        fc.constantFrom(255, 1, 3.3, 1e-38),
        (drawn, divisor) => {
          const { rows, columns, seed, density } = drawn;
          const table = new ByteTable(byteStorage(9 * columns), columns, divisor);
          const bytes = valuesFrom(seed, 9 * columns).map((value) => 1 + (Math.floor(Math.abs(value) * 1e5) % 255));
          table.bytes.data.set(thinned(bytes, seed, density));
          const picked = new PickedRows(
            table,
            Int32Array.from({ length: rows }, (_, r) => (r * r + seed) & 7),
          );
          const x = pinned([rows, columns]);
          picked.gatherInto(x);
          const lists = placeOf([listsLength({ columns, wide: false }, rows)]);
          picked.listsInto(lists);
          expectSame(drawn, x, lists, false);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("the lists", () => {
  /** Each column of a block as [row, value] pairs, read from memory by the layout alone. */
  function entriesOf(lists: Tensor, columns: number, wide: boolean, block: number): number[][][] {
    const { buffer, byteOffset } = lists.data;
    const { rows, values, size } = layout({ columns, wide });
    const view = new DataView(buffer, byteOffset, lists.size * 4);
    const start = FIRST_BLOCK + block * size;
    return Array.from({ length: columns }, (_, column) => {
      const end = view.getUint32(start + column * 4, true);
      const first = wide ? column * SPACING : column === 0 ? 0 : view.getUint32(start + column * 4 - 4, true);
      return Array.from({ length: end - first }, (_, k) => {
        const at = first + k;
        const value = wide
          ? view.getFloat32(start + values + at * 4, true)
          : view.getFloat32(view.getUint8(start + values + at) * 4, true);
        return [view.getUint8(start + rows + at), value];
      });
    });
  }

  test("name the rows of each column, with their values, block by block", () => {
    const x = tensor([...[5, 0, -0, 2], ...[0, 0, 1, Number.NaN], ...[7, 0, 0, 0]], [3, 4]);
    const lists = pinned([listsLength({ columns: 4, wide: true }, 3)]);
    launch(floatListsKernel, { columns: 4 }, [x, laneTables()], lists, [3]);
    expect(entriesOf(lists, 4, true, 0)).toEqual([
      [
        [0, 5],
        [2, 7],
      ],
      [],
      [[1, 1]],
      [
        [0, 2],
        [1, Number.NaN],
      ],
    ]);
  });

  test("of bytes have a block for each 256 rows; what follows the last row is not in them", () => {
    const table = new ByteTable(byteStorage(2 * 9), 9, 255);
    table.bytes.data.set([0, 51, 0, 0, 0, 0, 0, 0, 255], 9);
    table.bytes.data.set([102], 0);
    const rows = Int32Array.from({ length: 259 }, (_, r) => (r === 3 || r === 258 ? 1 : 0));
    const lists = pinned([listsLength({ columns: 9, wide: false }, rows.length)]);
    new PickedRows(table, rows).listsInto(lists);
    const [first, second] = [entriesOf(lists, 9, false, 0), entriesOf(lists, 9, false, 1)];
    expect(first[0]).toEqual(Array.from({ length: 255 }, (_, k) => [k < 3 ? k : k + 1, Math.fround(0.4)]));
    expect([first[1], first[8]]).toEqual([[[3, Math.fround(0.2)]], [[3, 1]]]);
    expect(second).toEqual([
      [
        [0, Math.fround(0.4)],
        [1, Math.fround(0.4)],
      ],
      [[2, Math.fround(0.2)]],
      ...[[], [], [], [], [], []],
      [[2, 1]],
    ]);
  });
});
