/**
 * Layer normalisation: y = (x - mean) / sqrt(variance + epsilon) weight + bias along every row, and its gradients.
 *
 * With n = (x - mean) / deviation and h = g weight, over rows of length N (Ba, Kiros & Hinton 2016, and the chain
 * rule): dx = (h - sum(h) / N - n sum(h n) / N) / deviation, dweight = sum over rows of g n, dbias = sum over rows of
 * g.
 * Order of operations: mean and variance as in `Row.sum`, the other sums along a row one element after the other; sums
 * over rows as in `Row.addToColumn`. Here 1 / deviation = sqrt(N / (sum of squares + N epsilon)).
 */
import type { Kernel } from "./kernel.ts";
import type { Row } from "./row.ts";
import { rowWise } from "./row-wise.ts";

/** The number that is added to variances by default, as in PyTorch, so that the root is not 0. */
export const EPSILON = 1e-5;

/** What the kernels are compiled for. */
export interface LayerNormSettings {
  readonly columns: number;
  readonly epsilon: number;
}

/** The mean of a row, and the reciprocal of its deviation, 1 / sqrt(variance + epsilon). */
function moments<T, Mask, Column>(
  { m, sum, load }: Row<T, Mask, Column>,
  x: number,
  { columns, epsilon }: LayerNormSettings,
): { readonly mean: T; readonly scale: T } {
  const n = m.number(columns);
  const mean = m.div(
    sum((column) => load(x, column)),
    n,
  );
  const squares = sum((column) => {
    const deviation = m.sub(load(x, column), mean);
    return m.mul(deviation, deviation);
  });
  return { mean, scale: m.sqrt(m.div(n, m.add(squares, m.number(columns * epsilon)))) };
}

/** Operands: x, weight, bias. Result: y. Counts: rows. */
export const layerNormKernel: Kernel<LayerNormSettings> = rowWise({
  name: "layer norm",
  columnsOf: ({ columns }) => columns,
  matrices: [0],
  row(row, settings) {
    const [x, weight, bias] = [0, 1, 2];
    const { m, eachColumn, load, loadShared, store } = row;
    const { mean, scale } = moments(row, x, settings);
    eachColumn((column) => {
      const unit = m.mul(m.sub(load(x, column), mean), scale);
      store(column, m.add(m.mul(unit, loadShared(weight, column)), loadShared(bias, column)));
    });
  },
});

/** Operands: g, x, weight. Results: dx, dweight, dbias. Counts: rows. */
export const layerNormGradientKernel: Kernel<LayerNormSettings> = rowWise({
  name: "layer norm gradient",
  columnsOf: ({ columns }) => columns,
  matrices: [0, 1],
  columnSums: [1, 2],
  row(row, settings) {
    const [g, x, weight] = [0, 1, 2];
    const [dweight, dbias] = [0, 1];
    const { m, eachColumn, load, replace, loadShared, store, accumulator, addToColumn } = row;
    const { mean, scale } = moments(row, x, settings);
    const [sum, product] = [accumulator(0), accumulator(0)];
    eachColumn((column) => {
      const slope = load(g, column);
      const unit = m.mul(m.sub(load(x, column), mean), scale);
      addToColumn(dweight, column, m.mul(slope, unit));
      addToColumn(dbias, column, slope);
      const weighted = m.mul(slope, loadShared(weight, column));
      sum.set(m.add(sum.value, weighted));
      product.set(m.add(product.value, m.mul(weighted, unit)));
      replace(g, column, weighted);
      replace(x, column, unit);
    });
    const n = m.number(settings.columns);
    const [meanSlope, meanProduct] = [m.div(sum.value, n), m.div(product.value, n)];
    eachColumn((column) => {
      const along = m.mul(load(x, column), meanProduct);
      store(column, m.mul(scale, m.sub(m.sub(load(g, column), meanSlope), along)));
    });
  },
});
