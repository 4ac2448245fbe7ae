/** From builder to kernel: valid modules for both kinds of memory, loops and branches that run, a bounded cache. */
import { afterEach, describe, expect, test } from "vitest";
import { heap } from "../../src/memory/heap.ts";
import { f32, f32x4, i32, v128 } from "../../src/wasm/expression.ts";
import { FunctionBuilder } from "../../src/wasm/function.ts";
import { assemble, compiled } from "../../src/wasm/module.ts";
import { f64x2, i64x2 } from "../../src/wasm/vectors.ts";

const ROOM = 64;
const address = heap().allocate(4 * ROOM);
const floats = () => heap().floats.subarray(address / 4, address / 4 + ROOM);
const integers = () => new Int32Array(heap().memory.buffer, address, ROOM);

afterEach(() => {
  integers().fill(0);
});

let builds = 0;
/** Compiles under a name of its own. */
function compile(build: (f: FunctionBuilder) => void): (...parameters: number[]) => void {
  return compiled(`module test ${builds++}`, build);
}

test.each([true, false])("a module is valid, and runs on a memory that is shared: %s", (shared) => {
  const bytes = assemble((f) => {
    const at = f.parameter("i32");
    f.storeFloat(at, 4, f32.const(1.5));
  }, shared);
  expect([...bytes.subarray(0, 8)]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  expect(WebAssembly.validate(bytes)).toBe(true);
  const memory = new WebAssembly.Memory(shared ? { initial: 1, maximum: 65_536, shared } : { initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { polygrad: { memory } });
  expect(Object.keys(exports)).toEqual(["kernel"]);
  const run: unknown = exports.kernel;
  if (typeof run !== "function") throw new Error("no function");
  run(8);
  expect(new Float32Array(memory.buffer)[3]).toBe(1.5);
});

describe("statements", () => {
  test.each([
    [0, 10, 3, [0, 3, 6, 9]],
    [0, 9, 3, [0, 3, 6]],
    [4, 4, 1, []],
    [5, 4, 1, []],
    [7, 8, 100, [7]],
  ])("for from %d to %d by %d visits %j", (from, to, step, visited) => {
    const loop = compile((f) => {
      const [out, last] = [f.parameter("i32"), f.parameter("i32")];
      const i = f.local("i32");
      f.for(i, from, last, step, () => {
        f.storeVector(out, 0, f32x4.splat(f32.fromInt(i)), 1);
        f.advance(out, 4);
      });
    });
    floats().fill(-1);
    loop(address, to);
    expect([...floats()].filter((value) => value !== -1)).toEqual(visited);
  });

  test("comparisons are unsigned, as addresses are", () => {
    const compare = compile((f) => {
      const [out, a, b] = [f.parameter("i32"), f.parameter("i32"), f.parameter("i32")];
      f.if(i32.lt(a, b), () => f.storeFloat(out, 0, f32.const(1)));
      f.if(i32.ge(a, b), () => f.storeFloat(out, 4, f32.const(1)));
      f.if(i32.eq(a, b), () => f.storeFloat(out, 8, f32.const(1)));
    });
    for (const [a, b] of [
      [1, 2],
      [2, 1],
      [3, 3],
      [2 ** 31 - 1, 2 ** 31],
      [2 ** 32 - 1, 5],
    ]) {
      floats().fill(0);
      compare(address, a, b);
      expect([...floats().subarray(0, 3)]).toEqual([a < b, a >= b, a === b].map(Number));
    }
  });

  test("parameters come before locals", () => {
    const f = new FunctionBuilder();
    f.local("i32");
    expect(() => f.parameter("i32")).toThrowErrorMatchingInlineSnapshot(
      `[Error: FunctionBuilder: parameters come before locals]`,
    );
  });
});

describe("lanes", () => {
  const a = [1, -2, 3.5, 4];
  const b = [-8, 7, 6, 0.5];

  /** Runs an expression of two vectors. */
  function lanes(
    value: (a: ReturnType<typeof v128.load>, b: ReturnType<typeof v128.load>) => ReturnType<typeof v128.load>,
  ) {
    floats().set([...a, ...b]);
    compile((f) => {
      const at = f.parameter("i32");
      f.storeVector(at, 32, value(v128.load(at), v128.load(at, 16)));
    })(address);
    return [...floats().subarray(8, 12)];
  }

  test("loads of part of a vector, and stores of its first lanes", () => {
    floats().set([1, 2, 3, 4, 5, 6, 7, 8]);
    compile((f) => {
      const at = f.parameter("i32");
      f.storeVector(at, 64, v128.loadFirst(at, 4));
      f.storeVector(at, 80, v128.loadLane(at, 8, 2, v128.load(at, 16)));
      f.storeVector(at, 96, f32x4.loadSplat(at, 12));
      f.storeVector(at, 112, v128.load(at), 3);
    })(address);
    expect([...floats().subarray(16, 32)]).toEqual([2, 0, 0, 0, 5, 6, 3, 8, 4, 4, 4, 4, 1, 2, 3, 0]);
  });

  test("shuffles choose lanes of the first (0 ... 3) and of the second (4 ... 7)", () => {
    expect(lanes((x, y) => v128.shuffle(x, y, [0, 5, 7, 2]))).toEqual([1, 7, 0.5, 3.5]);
  });

  test("widening, narrowing, selecting", () => {
    expect(lanes((x) => f32x4.fromF64x2(f64x2.mul(f64x2.fromLowF32x4(x), f64x2.const(2))))).toEqual([2, -4, 0, 0]);
    expect(lanes((x, y) => v128.select(f32x4.lt(x, y), x, y))).toEqual([-8, -2, 3.5, 0.5]);
  });

  test("64-bit shifts fill with zeros, and additions carry", () => {
    expect(lanes(() => i64x2.shiftRight(v128.bits(0x80000000, 0), 32)).map((_, i) => integers()[8 + i])).toEqual([
      -(2 ** 31),
      0,
      -(2 ** 31),
      0,
    ]);
    lanes(() => i64x2.shiftLeft(i64x2.add(v128.bits(0, 0xffffffff), v128.bits(0, 1)), 4));
    expect([...integers().subarray(8, 12)]).toEqual([0, 16, 0, 16]);
  });

  test("bytes widen to floats", () => {
    heap().bytes.set([0, 1, 127, 128, 200, 255, 3, 4], address);
    compile((f) => {
      const at = f.parameter("i32");
      const wide = f.let(v128.loadBytes(at));
      f.storeVector(at, 32, f32x4.fromLowU16(wide));
      f.storeVector(at, 48, f32x4.fromHighU16(wide));
    })(address);
    expect([...floats().subarray(8, 16)]).toEqual([0, 1, 127, 128, 200, 255, 3, 4]);
  });
});

describe("the cache", () => {
  let built: string[] = [];
  /** A kernel of that name, which stores its number, and a note of whether it had to be built. */
  function numbered(i: number): number {
    compiled(`cache test ${i}`, (f) => {
      built.push(`${i}`);
      f.storeFloat(f.parameter("i32"), 0, f32.const(i));
    })(address);
    return floats()[0];
  }

  test("a name is compiled once; of more than 256 kernels the least recently used goes, and comes back when needed", () => {
    for (let i = 0; i < 256; i++) expect(numbered(i)).toBe(i);
    expect(built.length).toBe(256);
    built = [];
    for (let i = 0; i < 256; i++) expect(numbered(i)).toBe(i);
    expect(built).toEqual([]);
    expect(numbered(0)).toBe(0); // now 1 is the oldest
    expect(numbered(256)).toBe(256);
    expect([numbered(0), numbered(2)]).toEqual([0, 2]);
    expect(built).toEqual(["256"]);
    expect(numbered(1)).toBe(1);
    expect(built).toEqual(["256", "1"]);
  });
});
