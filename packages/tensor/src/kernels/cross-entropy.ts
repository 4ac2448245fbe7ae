/**
 * Cross entropy of logits: the mean over the rows of ln(sum_c e^x[c]) - x[label], and its gradient
 * g / rows (softmax(x) - onehot(label)).
 *
 * The largest logit is subtracted first, so that no exponential overflows. Order of operations: along a row as in
 * `Row.sum`; then one row after the other. All is in double precision, and each result is rounded once.
 */
import { log } from "../math/log.ts";
import type { Kernel } from "./kernel.ts";
import type { Row } from "./row.ts";
import { rowWise } from "./row-wise.ts";

/** What the kernels are compiled for. */
export interface CrossEntropySettings {
  readonly classes: number;
}

/** The largest logit of a row; NaN is passed over here, and gets into the sum of the exponentials. */
function largest<T, Mask, Column>({ m, eachColumn, load, accumulator }: Row<T, Mask, Column>, x: number): T {
  const top = accumulator(Number.NEGATIVE_INFINITY);
  eachColumn((column) => top.set(m.larger(top.value, load(x, column))));
  return top.value;
}

/** Goes through the classes in order; `body` receives whether a class is the row's label. */
function eachClass<T, Mask, Column>(
  { m, eachColumn, loadOwn, accumulator }: Row<T, Mask, Column>,
  labels: number,
  body: (column: Column, isLabel: Mask) => void,
): void {
  const [label, number] = [loadOwn(labels), accumulator(0)];
  eachColumn((column) => {
    body(column, m.equal(label, number.value));
    number.set(m.add(number.value, m.number(1)));
  });
}

/** Operands: logits, labels. Result: the mean, one number. Counts: rows. Scalars: rows. */
export const crossEntropyKernel: Kernel<CrossEntropySettings> = rowWise({
  name: "cross entropy",
  columnsOf: ({ classes }) => classes,
  matrices: [0],
  total: (m, total, [rows]) => m.div(total, rows),
  row(row) {
    const [x, labels] = [0, 1];
    const { m, load, accumulator, addToTotal } = row;
    const top = largest(row, x);
    const sum = row.sum((column) => row.exp(m.sub(load(x, column), top)));
    const picked = accumulator(0);
    eachClass(row, labels, (column, isLabel) => picked.set(m.select(isLabel, load(x, column), picked.value)));
    addToTotal(m.sub(m.add(log(m, sum), top), picked.value));
  },
});

/** Operands: logits, labels, g. Result: the gradient with respect to the logits. Counts: rows. Scalars: rows. */
export const crossEntropyGradientKernel: Kernel<CrossEntropySettings> = rowWise({
  name: "cross entropy gradient",
  columnsOf: ({ classes }) => classes,
  matrices: [0],
  row(row) {
    const [x, labels, g] = [0, 1, 2];
    const { m, scalars, load, loadOne, replace, store } = row;
    const top = largest(row, x);
    const sum = row.sum((column) => {
      const exponential = row.exp(m.sub(load(x, column), top));
      replace(x, column, exponential);
      return exponential;
    });
    const weight = m.div(loadOne(g), scalars[0]);
    const scale = m.div(weight, sum);
    eachClass(row, labels, (column, isLabel) => {
      const target = m.select(isLabel, weight, m.number(0));
      store(column, m.sub(m.mul(load(x, column), scale), target));
    });
  },
});
