import type { Tensor } from "polygrad";

/** Rows to train with and rows to test with, in the same units, which only the first may decide. */
export function scaled(train: Tensor, test: Tensor): [train: Tensor, test: Tensor] {
  const mean = train.mean(0);
  const deviation = train.variance(0, { correction: 0 }).sqrt();
  return [train.sub(mean).div(deviation), test.sub(mean).div(deviation)];
}
