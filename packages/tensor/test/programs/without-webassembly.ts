/** Prints what the library computes where there is no WebAssembly. */
import { sample } from "./sample.ts";

Reflect.deleteProperty(globalThis, "WebAssembly");
const library = await import("../../src/index.ts");

function refusal(): string {
  try {
    library.useKernels("simd");
    return "none";
  } catch (error) {
    return String(error);
  }
}

const pinned = library.pinned([3]);
console.log(
  JSON.stringify({
    kinds: library.kernels(),
    available: library.simdAvailable(),
    refusal: refusal(),
    address: [pinned.storage.address ?? "none", new library.ByteRows(1, 3).address ?? "none"],
    pinned: [...pinned.data],
    values: sample(library),
  }),
);
