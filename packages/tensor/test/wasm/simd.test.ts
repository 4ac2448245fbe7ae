/** Which kernels run: by choice, by environment, and where WebAssembly or shared memory is missing. */
import { afterEach, describe, expect, test } from "vitest";
import * as library from "../../src/index.ts";
import { kernels, simdAvailable, useKernels } from "../../src/wasm/simd.ts";
import { run } from "../programs/run.ts";
import { sample } from "../programs/sample.ts";

afterEach(() => useKernels("simd"));

const values = sample(library);

describe("here", () => {
  test("SIMD is available, and what is chosen stays chosen", () => {
    expect([simdAvailable(), kernels()]).toEqual([true, "simd"]);
    useKernels("plain");
    expect(kernels()).toBe("plain");
    expect(sample(library)).toEqual(values);
    useKernels("simd");
    expect(kernels()).toBe("simd");
  });
});

describe("in a process of its own", () => {
  test.concurrent.each([
    ["", "simd"],
    ["plain", "plain"],
  ])('POLYGRAD_KERNELS="%s" means %s', async (value, kinds) => {
    expect(await run("kinds.ts", { env: { POLYGRAD_KERNELS: value } })).toEqual({ kinds, values });
  });

  test.concurrent("another value of POLYGRAD_KERNELS is refused", async () => {
    const kinds = 'ValueError: POLYGRAD_KERNELS: "fast" is not a kind of kernel; use "simd" or "plain"';
    expect(await run("kinds.ts", { env: { POLYGRAD_KERNELS: "fast" } })).toEqual({ kinds, values: [] });
  });

  test.concurrent("without WebAssembly the plain kernels give the same bits", async () => {
    expect(await run("without-webassembly.ts")).toEqual({
      kinds: "plain",
      available: false,
      refusal: 'ValueError: useKernels: WebAssembly SIMD is not available here; use "plain"',
      address: ["none", "none"],
      pinned: [0, 0, 0],
      values,
    });
  });

  test.concurrent("without SharedArrayBuffer pinned tensors survive the growth of memory", async () => {
    expect(await run("unshared.ts")).toEqual({
      shared: false,
      grown: true,
      detached: [0, 0],
      x: [1, 2, 3],
      seen: [2, 3],
      table: [4, 5, 6],
      refusal: "MemoryError: lendMemory: there is no SharedArrayBuffer here, so threads cannot share tensors",
      same: true,
      bytes: [4, 5, 6],
      batch: [4, 5, 6],
      sum: 2 ** 18,
      values,
    });
  });

  test.concurrent("addresses go beyond 2^31", async () => {
    const result = await run("beyond-2gib.ts");
    expect(result).toEqual({ across: true, sum: 2 ** 16, columns: 2 ** 16, doubled: 2 ** 17, product: 2 ** 24 });
  });
});
