/**
 * Cross entropy of logits: the mean over the rows of ln(sum_c e^x[c]) - x[label], and its gradient
 * g / rows (softmax(x) - onehot(label)).
 *
 * The largest logit is subtracted first, so that no exponential overflows. Order of operations: along a row, one class
 * after the other; then one row after the other. All is in double precision, and each result is rounded once.
 */
import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import type { Kernel } from "./kernel.ts";
import type { Row } from "./row.ts";
import { rowWise } from "./row-wise.ts";

/** What the kernels are compiled for. */
export interface CrossEntropySettings {
  readonly classes: number;
}

/** The largest logit of a row, and the sum of e^(x - largest); `see` receives each of these exponentials. */
function exponentials<T, Mask, Column>(
  { m, eachColumn, load, accumulator }: Row<T, Mask, Column>,
  x: number,
  see: (column: Column, exponential: T) => void = () => {},
): { readonly top: T; readonly sum: T } {
  const [top, sum] = [accumulator(Number.NEGATIVE_INFINITY), accumulator(0)];
  eachColumn((column) => top.set(m.max(top.value, load(x, column))));
  eachColumn((column) => {
    const exponential = exp(m, m.sub(load(x, column), top.value));
    see(column, exponential);
    sum.set(m.add(sum.value, exponential));
  });
  return { top: top.value, sum: sum.value };
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
  total: (m, total, [rows]) => m.div(total, rows),
  row(row) {
    const [x, labels] = [0, 1];
    const { m, load, accumulator, addToTotal } = row;
    const { top, sum } = exponentials(row, x);
    const picked = accumulator(0);
    eachClass(row, labels, (column, isLabel) => picked.set(m.select(isLabel, load(x, column), picked.value)));
    addToTotal(m.sub(m.add(log(m, sum), top), picked.value));
  },
});

/** Operands: logits, labels, g. Result: the gradient with respect to the logits. Counts: rows. Scalars: rows. */
export const crossEntropyGradientKernel: Kernel<CrossEntropySettings> = rowWise({
  name: "cross entropy gradient",
  columnsOf: ({ classes }) => classes,
  row(row) {
    const [x, labels, g] = [0, 1, 2];
    const { m, scalars, loadOne, keep, kept, store } = row;
    const { sum } = exponentials(row, x, keep);
    const weight = m.div(loadOne(g), scalars[0]);
    eachClass(row, labels, (column, isLabel) => {
      const share = m.div(kept(column), sum);
      const target = m.select(isLabel, m.number(1), m.number(0));
      store(0, column, m.mul(weight, m.sub(share, target)));
    });
  },
});
