/** Random cases for fused operations: every size down to one, batches down to none. */
import * as k from "@polygrad/tensor";
import fc from "fast-check";
import { between, shapes, tensors } from "../arbitraries.ts";
import type { Case, Cases } from "../differences.ts";

const size = fc.integer({ min: 1, max: 3 });
const degree = fc.integer({ min: 1, max: 5 });
const basis = fc.constantFrom<k.Basis[]>("monomial", "chebyshev", "legendre", "hermite");
const squash = fc.constantFrom<k.Squash[]>("none", "tanh");
/** Small enough for fifth powers. */
const small = between(-1.5, 1.5);

const powers: fc.Arbitrary<Case> = fc
  .tuple(shapes({ maxRank: 2 }), fc.integer({ min: 0, max: 5 }))
  .chain(([shape, n]) => fc.tuple(tensors(shape, small), fc.constant(n)))
  .map(([x, n]) => ({ f: (a) => a.powers(n), inputs: [x] }));

const polynomials: fc.Arbitrary<Case> = fc
  .tuple(shapes({ maxRank: 2 }), fc.integer({ min: 0, max: 5 }), basis)
  .chain(([shape, n, name]) => fc.tuple(tensors(shape, small), fc.constant(n), fc.constant(name)))
  .map(([x, n, name]) => ({ f: (a) => a.polynomials(n, name), inputs: [x] }));

/** A layer of powers of x, and one in any basis. */
type Form = { readonly basis?: k.Basis; readonly squash?: k.Squash };
const form: fc.Arbitrary<Form> = fc.oneof(fc.constant<Form>({}), fc.record({ basis, squash }));

const polynomial: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 0, max: 3 }), size, size, degree, form, fc.boolean())
  .chain(([batch, inputs, outputs, n, own, constants]) =>
    fc.tuple(
      tensors([batch, inputs], small),
      tensors([outputs, inputs, n + Number(constants)], small),
      fc.constant<Form>(own),
      fc.constant(constants),
    ),
  )
  .map(([x, weight, own, constants]) => ({
    f: (a, w) => a.polynomial(w, own.basis, own.squash, constants),
    inputs: [x, weight],
  }));

const elementwisePolynomial: fc.Arbitrary<Case> = fc
  .tuple(shapes({ maxRank: 2 }), size, degree, form)
  .chain(([batch, inputs, n, own]) =>
    fc.tuple(tensors([...batch, inputs], small), tensors([inputs, n + 1], small), fc.constant<Form>(own)),
  )
  .map(([x, weight, own]) => ({ f: (a, w) => a.elementwisePolynomial(w, own.basis, own.squash), inputs: [x, weight] }));

/** With relu, only where no difference quotient steps over its kink. */
const linear: fc.Arbitrary<Case> = fc
  .tuple(shapes({ maxRank: 2 }), size, size)
  .chain(([batch, inputs, outputs]) =>
    fc.tuple(tensors([...batch, inputs]), tensors([outputs, inputs]), tensors([outputs]), fc.boolean()),
  )
  .filter(
    ([x, weight, bias, relu]) => !relu || k.clone(k.linear(x, weight, bias)).data.every((y) => Math.abs(y) > 0.01),
  )
  .map(([x, weight, bias, relu]) => ({ f: (a, w, b) => a.linear(w, b, relu), inputs: [x, weight, bias] }));

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

/** At least 0.1 away from the knots, which are whole numbers, some of them twice, and beyond their ends. */
const offKnots = fc.tuple(fc.integer({ min: -5, max: 4 }), between(0.1, 0.9)).map(([n, x]) => n + x);
const order = fc.integer({ min: 1, max: 4 });

/** Knots for so many inputs and functions: ascending whole numbers from -4, of which some may be equal. */
const knotsFor = (inputs: number, functions: number, degree: number): fc.Arbitrary<k.Tensor> =>
  tensors([inputs, functions + degree + 1], fc.integer({ min: 0, max: 2 })).map((steps) =>
    k.pin(steps.cumsum(1).sub(4)),
  );

const bsplines: fc.Arbitrary<Case> = fc
  .tuple(shapes({ maxRank: 2 }), size, size, order)
  .chain(([batch, inputs, functions, degree]) =>
    fc.tuple(tensors([...batch, inputs], offKnots), knotsFor(inputs, functions, degree), fc.constant(degree)),
  )
  .map(([x, knots, degree]) => ({ f: (a) => a.bsplines(knots, degree), inputs: [x] }));

const spline: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 0, max: 3 }), size, size, size, order, fc.boolean())
  .chain(([batch, inputs, outputs, functions, degree, base]) =>
    fc.tuple(
      tensors([batch, inputs], offKnots),
      tensors([outputs, inputs, functions]),
      tensors([outputs, inputs]),
      knotsFor(inputs, functions, degree),
      fc.constant(degree),
      fc.constant(base),
    ),
  )
  .map(([x, weight, base, knots, degree, isBased]) => ({
    f: isBased ? (a, w, v) => a.spline(w, v, knots, degree) : (a, w) => a.spline(w, 0, knots, degree),
    inputs: isBased ? [x, weight, base] : [x, weight],
  }));

export const fusedCases: Cases = {
  powers,
  bsplines,
  spline,
  polynomials,
  polynomial,
  elementwisePolynomial,
  linear,
  layerNorm,
  crossEntropy,
};
