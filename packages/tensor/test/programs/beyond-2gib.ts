/** Prints sums over a pinned tensor that lies across the address 2^31, where a signed comparison would go wrong. */

import * as library from "../../src/index.ts";
import { heap } from "../../src/memory/heap.ts";

const LENGTH = 65_536;

function report(): object {
  // Never touched, so never backed by memory: it takes addresses only.
  heap().allocate(2 ** 31 - 2 * LENGTH - heap().allocate(0));
  const x = library.pinned([LENGTH]);
  x.data.fill(1);
  const start = x.storage.address ?? 0;
  const matrix = x.reshape([256, 256]);
  return {
    across: start < 2 ** 31 && start + 4 * LENGTH > 2 ** 31,
    sum: x.sum().item(),
    columns: matrix.sum(0).sum().item(),
    doubled: x.add(x).sum().item(),
    product: matrix.matmul(matrix).sum().item(),
  };
}

console.log(JSON.stringify(report()));
