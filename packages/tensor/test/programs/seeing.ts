/** A thread that reads tensors of another by their handles, computes with them, and writes into them. */
import { parentPort, workerData } from "node:worker_threads";
import { add, assign, ByteRows, kernels, matmul, pin, pinned, tensor } from "../../src/index.ts";
import { tensorAt, useLentMemory } from "../../src/internal.ts";

const { lent, handles, output, rows } = workerData;

function refusal(): string {
  try {
    useLentMemory(lent);
    return "none";
  } catch (error) {
    return String(error);
  }
}

const first = refusal();
const seen = handles.map(tensorAt);
assign(tensorAt(output), matmul(seen[0], seen[1]));
assign(seen[2], add(seen[2], 1));
const batch = pinned([1, rows.rowLength]);
const table = new ByteRows(rows.rows, rows.rowLength, rows.divisor, rows.address);
table.gatherInto(Int32Array.of(1), batch);
table.bytes[0] = 99;
const own = pin(tensor([5, 6, 7]));
parentPort?.postMessage({
  first,
  second: refusal(),
  kernels: kernels(),
  seen: seen.map((x: ReturnType<typeof tensorAt>) => x.toArray()),
  batch: batch.toArray(),
  own: own.storage.address,
});
