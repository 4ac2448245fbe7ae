import type { Tensor } from "polygrad";

/** Every column with mean 0 and variance 1: [rows, columns] -> [rows, columns]. */
function standardised(x: Tensor): Tensor {
  return x.sub(x.mean(0)).div(x.variance(0, { correction: 0 }).sqrt());
}

/** Rows to train with and rows to test with, in the same units, which only the first may decide. */
export function scaled(train: Tensor, test: Tensor): [train: Tensor, test: Tensor] {
  return [standardised(train), standardised(test)];
}
