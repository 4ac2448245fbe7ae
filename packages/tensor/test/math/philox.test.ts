/** Philox4x32-10 gives the published answers, on numbers and on lanes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { philox, roundsOf, type Words, words } from "../../src/math/philox.ts";
import { heap } from "../../src/memory/heap.ts";
import { v128 } from "../../src/wasm/expression.ts";
import { wordLanes } from "../../src/wasm/lanes.ts";
import { compiled } from "../../src/wasm/module.ts";
import { philoxReference } from "./philox.ts";

/** "philox4x32 10" of Random123 1.14.0, tests/kat_vectors: counter, key, answer. The last are digits of pi. */
const published = [
  ["00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  ["ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  ["243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
].map((texts) => texts.map((text) => text.split(" ").map((word) => Number.parseInt(word, 16))));

/** A counter and a key, as six words. */
const inputs = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 6, maxLength: 6 });

/** The generator over an arithmetic, on a counter and a key. */
function answer<T>(m: Words<T>, [a, b, c, d, k0, k1]: readonly T[]): readonly T[] {
  return philox(m, roundsOf(m, [k0, k1]), [a, b, c, d]);
}

const onNumbers = (six: readonly number[]) => answer(words, six.map(words.word)).map((word) => word >>> 0);

const address = heap().allocate(160);
const run = compiled("philox test", (f) => {
  const at = f.parameter("i32");
  const given = [0, 1, 2, 3, 4, 5].map((k) => f.let(v128.load(at, 16 * k)));
  for (const [k, word] of answer(wordLanes(f), given).entries()) f.storeVector(at, 96 + 16 * k, word);
});

/** The answers to four counters and keys, computed in four lanes. */
function onLanes(four: readonly (readonly number[])[]): number[][] {
  const memory = new Uint32Array(heap().memory.buffer, address, 40);
  for (const [lane, six] of four.entries()) for (const [k, word] of six.entries()) memory[4 * k + lane] = word;
  run(address);
  return four.map((_, lane) => [0, 1, 2, 3].map((k) => memory[24 + 4 * k + lane]));
}

describe("philox", () => {
  test("gives the published answers", () => {
    for (const [counter, key, wanted] of published) {
      expect(onNumbers([...counter, ...key])).toEqual(wanted);
      expect(philoxReference(counter, key)).toEqual(wanted);
    }
    const four = [...published, published[0]];
    expect(onLanes(four.map(([counter, key]) => [...counter, ...key]))).toEqual(four.map(([, , wanted]) => wanted));
  });

  test("gives the same words for numbers, for lanes and for whole numbers of any size", () => {
    fc.assert(
      fc.property(fc.array(inputs, { minLength: 4, maxLength: 4 }), (four) => {
        const wanted = four.map((six) => philoxReference(six.slice(0, 4), six.slice(4)));
        expect(four.map(onNumbers)).toEqual(wanted);
        expect(onLanes(four)).toEqual(wanted);
      }),
    );
  });
});
