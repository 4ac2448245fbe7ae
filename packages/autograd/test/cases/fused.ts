/** Random cases for fused operations: every size down to one, batches down to none. */
import fc from "fast-check";
import { between, shapes, tensors } from "../arbitraries.ts";
import type { Case, Cases } from "../differences.ts";

const size = fc.integer({ min: 1, max: 3 });
const degree = fc.integer({ min: 1, max: 5 });
/** Small enough for fifth powers. */
const small = between(-1.5, 1.5);

const powers: fc.Arbitrary<Case> = fc
  .tuple(shapes({ maxRank: 2 }), fc.integer({ min: 0, max: 5 }))
  .chain(([shape, n]) => fc.tuple(tensors(shape, small), fc.constant(n)))
  .map(([x, n]) => ({ f: (a) => a.powers(n), inputs: [x] }));

const polynomial: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 0, max: 3 }), size, size, degree)
  .chain(([batch, inputs, outputs, n]) =>
    fc.tuple(tensors([batch, inputs], small), tensors([outputs, inputs, n + 1], small)),
  )
  .map(([x, weight]) => ({ f: (a, w) => a.polynomial(w), inputs: [x, weight] }));

const linear: fc.Arbitrary<Case> = fc
  .tuple(shapes({ maxRank: 2 }), size, size)
  .chain(([batch, inputs, outputs]) =>
    fc.tuple(tensors([...batch, inputs]), tensors([outputs, inputs]), tensors([outputs])),
  )
  .map(([x, weight, bias]) => ({ f: (a, w, b) => a.linear(w, b), inputs: [x, weight, bias] }));

const layerNorm: fc.Arbitrary<Case> = fc
  .tuple(shapes({ maxRank: 2 }), shapes({ min: 1, minRank: 1, maxRank: 2 }))
  .chain(([batch, features]) =>
    fc.tuple(tensors([...batch, ...features]), tensors(features), tensors(features), between(0.1, 1)),
  )
  .map(([x, weight, bias, epsilon]) => ({ f: (a, w, b) => a.layerNorm(w, b, epsilon), inputs: [x, weight, bias] }));

const crossEntropy: fc.Arbitrary<Case> = fc
  .tuple(size, size)
  .chain(([batch, classes]) =>
    fc.tuple(tensors([batch, classes]), fc.array(fc.nat(classes - 1), { minLength: batch, maxLength: batch })),
  )
  .map(([logits, labels]) => ({ f: (a) => a.crossEntropy(Int32Array.from(labels)), inputs: [logits] }));

export const fusedCases: Cases = { powers, polynomial, linear, layerNorm, crossEntropy };
