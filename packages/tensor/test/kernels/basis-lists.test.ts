/** Layers in any basis give the same bits from the lists of bytes as from their floats, forward and for the weights. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { basisListsKernel } from "../../src/kernels/basis/forward.ts";
import { basisListsWeightsKernel } from "../../src/kernels/basis/weights.ts";
import { launch } from "../../src/kernels/launch.ts";
import { listsLength } from "../../src/kernels/zeros/lists.ts";
import { byteStorage, type Lease, partOf } from "../../src/memory/storage.ts";
import { ByteTable, PickedRows } from "../../src/ops/picked.ts";
import { polynomial } from "../../src/ops/polynomial.ts";
import { ByteRows } from "../../src/ops/rows.ts";
import { permute } from "../../src/ops/view.ts";
import { pinned } from "../../src/pin.ts";
import { Tensor } from "../../src/tensor.ts";
import { valuesFrom } from "../arbitraries.ts";
import { expectSameBits, under } from "../kernel-kinds.ts";
import { forms } from "../ops/basis.ts";
import { polynomialGradient } from "../ops/gradients.ts";
import { expectMargins, placeOf } from "../ops/place.ts";

const cases = fc
  .record({
    form: fc.constantFrom(...forms),
    rows: fc.constantFrom(1, 7, 255, 257, 300),
    columns: fc.constantFrom(8, 33, 257, 300),
    outputs: fc.constantFrom(1, 4, 10, 20, 25, 30),
    degree: fc.constantFrom(1, 2, 3, 5, 10),
    density: fc.constantFrom(0, 0.1, 0.5, 1),
    seed: fc.integer(),
  })
  .filter(({ rows, columns, outputs, degree }) => rows * columns * outputs * degree <= 300_000);

/** Bytes of which a share is not 0. */
function bytesFrom(seed: number, count: number, density: number): number[] {
  const draws = valuesFrom(seed, count).map((value) => Math.floor(Math.abs(value) * 1e6));
  return draws.map((draw) => (draw % 1000 < 1000 * density ? 1 + (draw % 255) : 0));
}

test("from the kernels that read lists", () => {
  fc.assert(
    fc.property(cases, fc.boolean(), ({ form, rows, columns, outputs, degree, density, seed }, constants) => {
      const table = new ByteTable(byteStorage(9 * columns), columns, 255);
      table.bytes.data.set(bytesFrom(seed, 9 * columns, density));
      const indices = Int32Array.from({ length: rows }, (_, r) => (r * r + seed) & 7);
      const picked = new PickedRows(table, indices);
      const x = pinned([rows, columns]);
      picked.gatherInto(x);
      const lists = placeOf([listsLength({ columns, wide: false }, rows)]);
      picked.listsInto(lists);
      const terms = degree + Number(constants);
      const w = tensor(valuesFrom(seed + 1, columns * terms * outputs), [columns, terms, outputs]);
      const g = tensor(valuesFrom(seed + 2, rows * outputs), [rows, outputs]);
      const settings = { inputs: columns, outputs, degree, constants, ...form };
      const y = launch(basisListsKernel, settings, [lists, w], placeOf([rows, outputs]), [rows]);
      const dw = launch(basisListsWeightsKernel, settings, [lists, g], placeOf(w.shape), [rows]);
      for (const place of [y, dw, lists]) expectMargins(place);
      const weight = permute(w, [2, 0, 1]);
      under("plain", () => {
        expectSameBits(y, polynomial(x, weight, form.basis, form.squash, constants));
        expectSameBits(permute(dw, [2, 0, 1]), polynomialGradient(form, 1, g, x, weight, undefined, constants));
      });
    }),
    { numRuns: 60 },
  );
});

test("from the operation, which reads bytes that nothing has looked at", () => {
  const [rows, columns] = [40, 64];
  const table = new ByteRows(9, columns);
  table.bytes.set(bytesFrom(3, 9 * columns, 0.3));
  const lease: Lease = {};
  const x = new Tensor(partOf(pinned([rows, columns]).storage, 0, rows * columns, lease), [rows, columns]);
  table.gatherInto(
    Int32Array.from({ length: rows }, (_, r) => r % 9),
    x,
  );
  const w = permute(tensor(valuesFrom(1, columns * 4 * 20), [columns, 4, 20]), [2, 0, 1]);
  const g = tensor(valuesFrom(2, rows * 20), [rows, 20]);
  const form = forms[3];
  under("simd", () => {
    const y = polynomial(x, w, form.basis, form.squash);
    const dw = polynomialGradient(form, 1, g, x, w);
    expect(x.storage.pending).toBeDefined();
    under("plain", () => {
      expectSameBits(y, polynomial(x, w, form.basis, form.squash));
      expectSameBits(dw, polynomialGradient(form, 1, g, x, w));
    });
  });
});
