/** Random cases for joining, of one to three parts. */
import { concat, stack } from "@polygrad/tensor";
import fc from "fast-check";
import { axisOf, shapes, tensors } from "../arbitraries.ts";
import type { Case, Cases } from "../differences.ts";

const parts = { minLength: 1, maxLength: 3 };

const concatenated: fc.Arbitrary<Case> = shapes({ minRank: 1 })
  .chain((shape) => fc.tuple(fc.constant(shape), axisOf(shape), fc.array(fc.nat(2), parts)))
  .chain(([shape, axis, lengths]) => {
    const one = (length: number) => tensors(shape.with(axis, length));
    return fc.tuple(fc.tuple(...lengths.map(one)), fc.constant(axis));
  })
  .map(([inputs, axis]) => ({ f: (...xs) => concat(xs, axis), inputs }));

const stacked: fc.Arbitrary<Case> = shapes({ maxRank: 2 })
  .chain((shape) => fc.tuple(fc.array(tensors(shape), parts), axisOf([...shape, 1])))
  .map(([inputs, axis]) => ({ f: (...xs) => stack(xs, axis), inputs }));

export const joinCases: Cases = { concat: concatenated, stack: stacked };
