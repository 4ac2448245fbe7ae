/** Every code of the small floats stands for the number that Python computes, and every number gets the nearest code. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elements, isElementName } from "../../src/safetensors/elements.ts";
import { toHex } from "../safetensors/handmade.ts";
import { fromPython, pythonCodes, pythonPack, toPython } from "./oracle.ts";

const codes = Object.entries(pythonCodes()).map(([name, texts]) => ({ name, numbers: texts.map(fromPython) }));
const view = new DataView(new ArrayBuffer(8));

function elementOf(name: string) {
  if (!isElementName(name)) throw new Error(`${name} is no element type`);
  return elements[name];
}

function codeOf(name: string, x: number): number {
  const { bytes, write } = elementOf(name);
  write(view, 0, x);
  return bytes === 1 ? view.getUint8(0) : view.getUint16(0, true);
}

describe.each(codes)("$name", ({ name, numbers }) => {
  const { bytes, read } = elementOf(name);

  test("every code stands for Python's number, which float32 has", () => {
    const own = numbers.map((_, code) => {
      if (bytes === 1) view.setUint8(0, code);
      else view.setUint16(0, code, true);
      return read(view, 0);
    });
    expect(own).toEqual(numbers); // toEqual tells -0 from 0
    expect(own.map(Math.fround)).toEqual(own);
  });

  test("every number has its code again", () => {
    const wrong = numbers.flatMap((x, code) => (Number.isNaN(x) || codeOf(name, x) === code ? [] : [[x, code]]));
    expect(wrong).toEqual([]);
    const nan = numbers[codeOf(name, Number.NaN)];
    expect(nan).toBeNaN();
  });

  // E8M0 rounds nothing: what is not a power of two is refused.
  if (name !== "F8_E8M0") {
    // The positive numbers with their codes, and the number that would follow the largest: what is nearer to it overflows.
    const finite = numbers.slice(0, numbers.length / 2).filter(Number.isFinite);
    const next = 2 * finite[finite.length - 1] - finite[finite.length - 2];

    const candidates = [...finite, next];

    /** The code of the nearest, searched for; of two that are equally near, the even code. */
    function nearest(x: number): number | "overflow" {
      let [low, high] = [0, candidates.length - 1];
      if (x >= next) return "overflow";
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (candidates[middle] <= x) low = middle;
        else high = middle;
      }
      const [below, above] = [x - candidates[low], candidates[high] - x];
      const code = below < above || (below === above && low % 2 === 0) ? low : high;
      return code === finite.length ? "overflow" : code;
    }

    function check(x: number): void {
      const [code, own, negative] = [nearest(x), codeOf(name, x), codeOf(name, -x)];
      const [plus, minus] = [numbers[own], numbers[negative]];
      const isRight = code === "overflow" ? !Number.isFinite(plus) : own === code;
      const isSymmetric = Number.isNaN(plus) ? Number.isNaN(minus) : minus === -plus;
      if (!isRight || !isSymmetric) throw new Error(`${x} has code ${own}, and -${x} ${negative}, not ${code}`);
    }

    test("ties go to the even code, and what is beside them to the nearer", () => {
      const step = Math.max(1, Math.floor(finite.length / 2000));
      for (let code = 0; code < finite.length; code += step) {
        const middle = (finite[code] + (finite[code + 1] ?? next)) / 2; // exact in float64
        for (const x of [middle, middle * (1 + 2 ** -52), middle * (1 - 2 ** -53)]) check(x);
      }
    });

    test("any number gets the nearest code", () => {
      const [least, most] = [finite[1] / 4, next * 4];
      const inRange = fc.double({ min: least, max: most, noNaN: true });
      const scaled = fc
        .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.constantFrom(...finite))
        .map(([factor, x]) => factor * x);
      fc.assert(fc.property(fc.oneof(inRange, scaled), check), { numRuns: 2000 });
      for (const x of [0, 5e-324, 2 ** -1030, Number.MAX_VALUE]) check(x);
    });
  }
});

test("F16 rounds as Python's struct does, to the bit", () => {
  const any = fc.oneof(
    fc.double({ min: -70000, max: 70000, noNaN: true }),
    fc.double({ min: -1e-4, max: 1e-4, noNaN: true }),
  );
  const samples = fc.sample(any, { numRuns: 3000, seed: 1 });
  const packed = pythonPack(samples.map((x) => ["F16", toPython(x)]));
  const own = samples.map((x) => {
    elements.F16.write(view, 0, x);
    return toHex(new Uint8Array(view.buffer, 0, 2));
  });
  // Python refuses what would become infinite.
  expect(own.map((bytes) => (bytes === "007c" || bytes === "00fc" ? null : bytes))).toEqual(packed);
});
