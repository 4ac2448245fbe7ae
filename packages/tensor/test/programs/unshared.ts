/** Prints what becomes of pinned tensors where there is no SharedArrayBuffer, so that growing detaches every view. */
import { sample } from "./sample.ts";

Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
const library = await import("../../src/index.ts");
const internal = await import("../../src/internal.ts");
const { heap } = await import("../../src/memory/heap.ts");

const x = library.pin(library.tensor([1, 2, 3]));
const rows = new library.ByteRows(1, 3, 1);
rows.bytes.set([4, 5, 6]);
const [oldView, oldBytes, before] = [x.data, rows.bytes, heap().memory.buffer.byteLength];
const large = library.pinned([before / 4]);
large.data.fill(1);

function refusal(): string {
  try {
    internal.lendMemory(64);
    return "none";
  } catch (error) {
    return String(error);
  }
}

// A handle says where; a view of that place is made anew like any other.
const seen = internal.tensorAt(internal.handleOf(x.slice(0, 1)));
heap().memory.grow(1);
const table = new library.ByteRows(1, 3, 1, rows.address);
heap().memory.grow(1);

const batch = library.pinned([1, 3]);
rows.gatherInto(Int32Array.of(0), batch);
const views = [x.data, rows.bytes];
console.log(
  JSON.stringify({
    shared: heap().shared,
    grown: heap().memory.buffer.byteLength > before,
    detached: [oldView.length, oldBytes.length],
    x: [...x.data],
    seen: seen.toArray(),
    table: [...table.bytes],
    refusal: refusal(),
    same: x.data === views[0] && rows.bytes === views[1],
    bytes: [...rows.bytes],
    batch: [...batch.data],
    sum: large.sum().item(),
    values: sample(library),
  }),
);
