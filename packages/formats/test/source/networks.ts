/** Random networks, whose sizes lie around those at which sums and vectors change. */
import {
  BatchNorm1d,
  BSpline,
  ELU,
  GELU,
  type Layer,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  Polynomial,
  RadialBasis,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "@polygrad/nn";
import { Random, type Tensor, uniform } from "@polygrad/tensor";
import fc from "fast-check";
import { shaken } from "./models.ts";

const few = fc.integer({ min: 1, max: 9 });
const many = fc.constantFrom(16, 17, 255, 256, 257, 513);

/** A layer from a number of inputs, and how many outputs it has. */
type Draft = (inputs: number, random: Random) => { readonly layer: Layer; readonly outputs: number };

const keeping =
  (make: (inputs: number) => Layer): Draft =>
  (inputs) => ({ layer: make(inputs), outputs: inputs });

const elementwise: fc.Arbitrary<Draft> = fc
  .constantFrom<(inputs: number) => Layer>(
    () => new ReLU(),
    () => new LeakyReLU(0.1),
    () => new ELU(1.3),
    () => new GELU(),
    () => new SiLU(),
    () => new Softplus(),
    () => new Tanh(),
    () => new Sigmoid(),
    () => new Softmax(),
    () => new LogSoftmax(),
    (inputs) => new LayerNorm(inputs),
    (inputs) => new BatchNorm1d(inputs),
  )
  .map(keeping);

const linear: fc.Arbitrary<Draft> = fc.tuple(fc.oneof(few, many), fc.boolean()).map(([outputs, bias]): Draft => {
  return (inputs, random) => ({ layer: new Linear(inputs, outputs, { bias, random }), outputs });
});

const polynomial: fc.Arbitrary<Draft> = fc
  .record({
    outputs: few,
    degree: fc.integer({ min: 1, max: 9 }),
    basis: fc.constantFrom("monomial", "chebyshev", "legendre", "hermite"),
    squash: fc.constantFrom("none", "tanh"),
    bias: fc.constantFrom("outputs", "edges"),
    elementwise: fc.boolean(),
  })
  .map(({ outputs, ...options }): Draft => {
    return (inputs, random) => {
      if (!options.elementwise) return { layer: new Polynomial(inputs, outputs, { ...options, random }), outputs };
      const own = { ...options, bias: "edges" as const, random };
      return { layer: new Polynomial(inputs, inputs, own), outputs: inputs };
    };
  });

const spline: fc.Arbitrary<Draft> = fc
  .record({
    outputs: few,
    order: fc.integer({ min: 1, max: 6 }),
    grid: fc.integer({ min: 1, max: 7 }),
    base: fc.boolean(),
    isMoved: fc.boolean(),
  })
  .map(({ outputs, isMoved, ...options }): Draft => {
    return (inputs, random) => {
      const layer = new BSpline(inputs, outputs, { ...options, random });
      if (isMoved) layer.updateGrid(uniform([40, inputs], random, -1.5, 1));
      return { layer, outputs };
    };
  });

const gaussians: fc.Arbitrary<Draft> = fc
  .record({ outputs: few, centres: fc.integer({ min: 2, max: 7 }), base: fc.boolean() })
  .map(({ outputs, ...options }): Draft => {
    return (inputs, random) => ({ layer: new RadialBasis(inputs, outputs, { ...options, random }), outputs });
  });

/** A network, and rows of its inputs. */
export const networks: fc.Arbitrary<{ readonly model: Sequential; readonly rows: Tensor }> = fc
  .record({
    inputs: fc.oneof(few, many),
    drafts: fc.array(fc.oneof(linear, polynomial, spline, gaussians, elementwise), { minLength: 1, maxLength: 4 }),
    seed: fc.nat(),
  })
  .map(({ inputs, drafts, seed }) => {
    const random = new Random(seed);
    let width = inputs;
    const layers = drafts.map((draft) => {
      const { layer, outputs } = draft(width, random);
      width = outputs;
      return layer;
    });
    const rows = uniform([6, inputs], random, -2, 2);
    for (let at = 0; at < rows.size; at += 3) rows.data[at] = at % 2 === 0 ? 0 : -0;
    return { model: shaken(new Sequential(...layers)), rows };
  });
