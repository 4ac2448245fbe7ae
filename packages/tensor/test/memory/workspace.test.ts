/** The workspace: results stay where kernels wrote them, have the same bits, and refuse to be used after the next run. */
import { describe, expect, test } from "vitest";
import "../../src/methods.ts";
import { clone } from "../../src/copy.ts";
import { normal } from "../../src/draw.ts";
import { heap } from "../../src/memory/heap.ts";
import { currentWorkspace, Workspace } from "../../src/memory/workspace.ts";
import * as ops from "../../src/ops/index.ts";
import { pinned } from "../../src/pin.ts";
import { Random } from "../../src/random.ts";
import type { Tensor } from "../../src/tensor.ts";

const random = new Random(1);
const [x, w, b] = [normal([40, 30], random), normal([20, 30], random), normal([20], random)];

/** A chain of kernels: each reads what the one before wrote. */
function chain(): Tensor {
  const y = ops.linear(x, w, b, true);
  const z = ops.layerNorm(y, b, b, 1e-5);
  return ops.add(ops.matmul(z, w), ops.sum(x, 0));
}

const floats = (t: Tensor) => [...clone(t).data];

describe("a workspace", () => {
  test("holds what kernels compute, to the same bits as ordinary memory, from the second run on", () => {
    const expected = floats(chain());
    const workspace = new Workspace();
    const first = workspace.run(chain);
    expect(first.storage.address).toBeUndefined(); // nothing was known of its size
    expect(floats(first)).toEqual(expected);
    for (let run = 0; run < 3; run++) {
      const again = workspace.run(chain);
      expect(again.storage.address).toBeGreaterThan(0);
      expect(again.storage.data.buffer).toBe(heap().memory.buffer);
      expect(floats(again)).toEqual(expected);
    }
  });

  test("gives results that end with the next run; a clone does not", () => {
    const workspace = new Workspace();
    workspace.run(chain);
    const result = workspace.run(chain);
    const [kept, before] = [clone(result), floats(result)];
    workspace.run(() => undefined);
    expect(() => result.storage.address).toThrowErrorMatchingInlineSnapshot(
      `[MemoryError: tensor: a later run of the workspace has overwritten these elements; use them before that, or keep a clone()]`,
    );
    expect(() => ops.add(result, 1)).toThrow("overwritten");
    expect(() => result.data).toThrow("overwritten");
    expect(floats(kept)).toEqual(before);
  });

  test("never hands out the same room twice in a run, and none beyond its end", () => {
    const workspace = new Workspace();
    const take = (lengths: readonly number[]) => workspace.run(() => lengths.map((length) => workspace.take(length)));
    expect(take([10, 100, 16])).toEqual([undefined, undefined, undefined]);
    const places = take([10, 100, 16, 1]);
    const [start = 0] = places;
    expect(places).toEqual([start, start + 64, start + 64 + 448, undefined]); // whole cache lines of 16 floats
  });

  test("is left as it was when its function throws, and cannot run within itself", () => {
    const workspace = new Workspace();
    expect(() => workspace.run(() => workspace.run(() => 1))).toThrow(
      "Workspace.run: this workspace is already running",
    );
    expect(currentWorkspace()).toBeUndefined();
    const outer = new Workspace();
    outer.run(() => {
      workspace.run(() => expect(currentWorkspace()).toBe(workspace));
      expect(currentWorkspace()).toBe(outer);
    });
  });

  test("does not take what is pinned already", () => {
    const workspace = new Workspace();
    workspace.run(chain);
    const place = pinned([4]);
    const inside = workspace.run(() => pinned([4]));
    workspace.run(() => undefined);
    expect([place.data.length, inside.data.length]).toEqual([4, 4]);
  });
});
