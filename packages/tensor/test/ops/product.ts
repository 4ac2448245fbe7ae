/** The matrix product of tables, with the bound that any order of summation in floating point keeps. */
import type { Tensor } from "../../src/tensor.ts";
import { commonShape, expectTable, type Index, indices, read, type Table } from "../reference.ts";

/** The place of the matrix that broadcasting puts at a batch index. */
function matrixAt({ shape }: Table, batch: Index): number {
  const lead = shape.length - 2;
  const own = batch.slice(batch.length - lead);
  const step = (axis: number) => (shape[axis] === 1 ? 0 : own[axis]);
  const position = own.reduce((place, _, axis) => place * shape[axis] + step(axis), 0);
  return position * shape[lead] * shape[lead + 1];
}

/** The product of two tables of rank 2 or more: sums over the inner axis, of the terms and of their sizes. */
function product(a: Table, b: Table): { readonly sums: Table; readonly sizes: number[] } {
  const batch = commonShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [[m, k], n] = [a.shape.slice(-2), b.shape.slice(-1)[0]];
  const [values, sizes]: [number[], number[]] = [[], []];
  for (const index of indices(batch)) {
    const [left, right] = [matrixAt(a, index), matrixAt(b, index)];
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let [sum, size] = [0, 0];
        for (let step = 0; step < k; step++) {
          const term = a.values[left + i * k + step] * b.values[right + step * n + j];
          sum += term;
          size += Math.abs(term);
        }
        values.push(sum);
        sizes.push(size);
      }
  }
  return { sums: { shape: [...batch, m, n], values }, sizes };
}

/** |error| <= (k + 2) u sum|a||b| for sums of k products in any order, u = 2^-24, or 2^-53 twice in double storage. */
export function expectProduct(result: Tensor, a: Tensor, b: Tensor): void {
  const asMatrix = (x: Tensor, axis: number) => {
    const t = read(x);
    return x.rank === 1 ? { ...t, shape: axis === 0 ? [1, x.size] : [x.size, 1] } : t;
  };
  const { sums, sizes } = product(asMatrix(a, 0), asMatrix(b, 1));
  const k = a.shape.at(-1) ?? 0;
  const unit = a.data instanceof Float64Array ? 2 ** -52 : 2 ** -24;
  const drop = (shape: readonly number[]) =>
    shape.filter(
      (_, axis) => !((b.rank === 1 && axis === shape.length - 1) || (a.rank === 1 && axis === shape.length - 2)),
    );
  const wanted = { shape: drop(sums.shape), values: sums.values };
  expectTable(result, wanted, (_, i) => (k + 2) * unit * sizes[i]);
}
