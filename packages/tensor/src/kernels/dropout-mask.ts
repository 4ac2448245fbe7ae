/**
 * The mask of dropout: y[i] = 0 if word i of a random stream is below a threshold, else a given number.
 *
 * Word i is word i mod 4 of Philox's block i div 4. It depends on i, the key and the number of the mask only: not on what
 * was drawn before, nor on lanes or threads.
 */
import { BYTES, LANES } from "../floats.ts";
import { philox, roundsOf, words } from "../math/philox.ts";
import { f32, f32x4, i32, v128 } from "../wasm/expression.ts";
import { transposed, wordLanes } from "../wasm/lanes.ts";
import { i32x4 } from "../wasm/vectors.ts";
import type { Kernel } from "./kernel.ts";

/** The elements of four blocks, which are computed at a time, one in each lane. */
const GROUP = 4 * LANES;

/**
 * Counts: the length, the threshold. Scalars: what an element is that is kept, and the low and the high word of the key
 * and of the mask's number.
 */
export const dropoutMaskKernel: Kernel<object> = {
  name: "dropout mask",
  scratch: () => GROUP * BYTES,
  simd(f, { results: [y], scratch, counts: [length, threshold], scalars: [kept, ...integers] }) {
    const m = wordLanes(f);
    const [key0, key1, low, high] = integers.map((word) => f.let(i32x4.splat(i32.fromDouble(word))));
    const rounds = roundsOf(m, [key0, key1]);
    const [least, value] = [f.let(i32x4.splat(threshold)), f.let(f32x4.splat(f32.fromDouble(kept)))];
    const [block, next] = [f.let(i32x4.const([0, 1, 2, 3])), f.let(i32x4.splat(LANES))];
    const [at, to, from] = f.locals("i32", 3);
    f.for(at, 0, length, GROUP, () => {
      // A last group that would write beyond the end is written to scratch memory.
      f.set(to, i32.add(y, i32.mul(at, BYTES)));
      f.if(i32.lt(i32.sub(length, at), GROUP), () => f.set(to, scratch));
      const drawn = philox(m, rounds, [block, v128.zero(), low, high]);
      const masks = drawn.map((word) => f.let(v128.and(i32x4.ge(word, least), value)));
      for (const [k, mask] of transposed(f, masks).entries()) f.storeVector(to, k * LANES * BYTES, mask);
      f.set(block, i32x4.add(block, next));
    });
    f.set(from, scratch);
    f.for(at, i32.and(length, -GROUP), length, 1, () => {
      f.storeFloat(i32.add(y, i32.mul(at, BYTES)), 0, f32.load(from));
      f.advance(from, BYTES);
    });
  },
  plain({ results: [y], counts: [length, threshold], scalars: [kept, ...integers] }) {
    const [key0, key1, low, high] = integers.map(words.word);
    const rounds = roundsOf(words, [key0, key1]);
    for (let start = 0; start < length; start += 4) {
      const drawn = philox(words, rounds, [start >> 2, 0, low, high]);
      for (let i = start; i < Math.min(start + 4, length); i++) y[i] = drawn[i - start] >>> 0 >= threshold ? kept : 0;
    }
  },
};
