/** Prints how many bytes are pinned while tensors are held, held by their data only, and after they are forgotten. */
import { setTimeout } from "node:timers/promises";
import * as library from "../../src/index.ts";
import { handleOf, tensorAt } from "../../src/internal.ts";
import { heap } from "../../src/memory/heap.ts";

const MEGABYTE = 2 ** 20;
/** Where everything stands that is held: what is only a local may live on in a register. */
const held: { tensor?: library.Tensor; data?: library.Floats | undefined; bytes?: Uint8Array } = {};

async function used(): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.();
    await setTimeout(5);
  }
  return heap().used / MEGABYTE;
}

function fill(): void {
  const base = library.pinned([MEGABYTE / 4]);
  base.data.fill(7);
  held.tensor = base.slice(0, 1, 3);
  const rows = new library.ByteRows(1, 2 * MEGABYTE);
  held.bytes = rows.bytes.fill(9);
  // Who sees a block by its address neither keeps it nor gives it back.
  tensorAt(handleOf(base));
  new library.ByteRows(1, 2 * MEGABYTE, 255, rows.address);
}

const start = await used();
fill();
const asTensors = await used();
held.data = held.tensor?.data;
delete held.tensor;
const asData = await used();
const intact = held.data?.every((value) => value === 7) && held.bytes?.every((value) => value === 9);
delete held.bytes;
const withoutBytes = await used();
delete held.data;
const forgotten = await used();
// Blocks come back: 400 megabytes in all, a few at a time.
for (let i = 0; i < 100; i++) {
  library.pinned([MEGABYTE]);
  if (i % 10 === 0) await used();
}
const reused = await used();
console.log(
  JSON.stringify({
    start,
    asTensors,
    asData,
    intact,
    withoutBytes,
    forgotten,
    reused,
    total: heap().memory.buffer.byteLength / MEGABYTE,
  }),
);
