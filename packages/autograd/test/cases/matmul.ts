/** Random cases for matrix products: batches that broadcast, vectors on either side, inner sizes down to none. */
import fc from "fast-check";
import { broadcasting, shapes, tensors } from "../arbitraries.ts";
import type { Case, Cases } from "../differences.ts";

const size = fc.integer({ min: 1, max: 3 });
const inner = fc.oneof({ weight: 9, arbitrary: size }, { weight: 1, arbitrary: fc.constant(0) });

const matmul: fc.Arbitrary<Case> = fc
  .tuple(
    broadcasting(2, { maxRank: 2, max: 2 }),
    size,
    inner,
    size,
    fc.constantFrom("matrices", "row", "column", "vectors"),
  )
  .chain(([[left, right], m, k, n, form]) => {
    const a = form === "row" || form === "vectors" ? [k] : [...left, m, k];
    const b = form === "column" || form === "vectors" ? [k] : [...right, k, n];
    return fc.tuple(tensors(a), tensors(b));
  })
  .map(([a, b]) => ({ f: (x, y) => x.matmul(y), inputs: [a, b] }));

const dot: fc.Arbitrary<Case> = fc
  .integer({ min: 0, max: 4 })
  .chain((n) => fc.tuple(tensors([n]), tensors([n])))
  .map(([a, b]) => ({ f: (x, y) => x.dot(y), inputs: [a, b] }));

const outer: fc.Arbitrary<Case> = fc
  .tuple(shapes({ maxRank: 2 }), shapes({ maxRank: 2 }))
  .chain(([a, b]) => fc.tuple(tensors(a), tensors(b)))
  .map(([a, b]) => ({ f: (x, y) => x.outer(y), inputs: [a, b] }));

export const matmulCases: Cases = { matmul, dot, outer };
