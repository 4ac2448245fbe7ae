/** A little of everything that has two kernels, as numbers: what a program prints to be compared. */
import type * as library from "../../src/index.ts";

export function sample({ tensor, arange, pin, matmul, ByteRows, pinned }: typeof library): number[] {
  const x = pin(arange(-150, 150).div(37).reshape([20, 15]));
  const rows = new ByteRows(2, 9);
  rows.bytes.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 4);
  const batch = pinned([1, 9]);
  rows.gatherInto(Int32Array.of(1), batch);
  const results = [
    x.exp(),
    x.softmax(),
    x.sum(0),
    x.norm(1),
    matmul(x, x.transpose()),
    x.polynomial(x.slice(0, 0, 12).reshape([4, 15, 3])),
    x.add(tensor([0.1])).where(x.transpose().reshape([20, 15]), 2),
    batch,
  ];
  return results.flatMap((result) => [...result.contiguous().data]);
}
