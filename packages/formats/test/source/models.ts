/** Networks of all kinds of layers, and inputs of all kinds, for the tests of sources. */
import {
  BatchNorm1d,
  BSpline,
  Dropout,
  ELU,
  Flatten,
  GELU,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  loretz2024,
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
import { assign, normal, Random, type Tensor, uniform } from "@polygrad/tensor";

const random = new Random(3);
const initialiser = (shape: readonly number[]) => normal(shape, random, 0, 0.3);
const polynomial = (inputs: number, outputs: number, degree: number, elementwise = false) =>
  new Polynomial(inputs, outputs, { ...loretz2024, degree, initialiser, elementwise });
const inBasis = (
  basis: "monomial" | "chebyshev" | "legendre" | "hermite",
  squash: "none" | "tanh",
  elementwise = false,
) => new Polynomial(9, 9, { ...loretz2024, degree: 5, basis, squash, initialiser, elementwise });
export const linear = (inputs: number, outputs: number, bias = true) => new Linear(inputs, outputs, { random, bias });

/** Gives all parameters and buffers random values, where new layers have ones and zeros. */
export function shaken(model: Sequential): Sequential {
  const normalisations = model.layers.filter((layer) => layer instanceof LayerNorm || layer instanceof BatchNorm1d);
  for (const layer of normalisations)
    for (const place of [...layer.parameters(), ...layer.namedBuffers().values()])
      assign(place.value, uniform(place.shape, random, 0.5, 1.5));
  return model.eval();
}

/** Networks of 9 inputs, of all kinds of layers. */
export const models: Readonly<Record<string, Sequential>> = {
  "the article's": new Sequential(
    new Flatten(),
    polynomial(9, 6, 3),
    new LayerNorm(6),
    new Dropout(),
    polynomial(6, 5, 3),
    polynomial(5, 5, 2, true),
  ),
  "a bias for each output": new Sequential(
    new Polynomial(9, 300, { degree: 3, initialiser }),
    new LayerNorm(300),
    new Polynomial(300, 5, { degree: 6, basis: "chebyshev", initialiser }),
    new Polynomial(5, 4, { degree: 7, squash: "none", initialiser }),
    new Polynomial(4, 3, { degree: 1, squash: "none", initialiser }),
  ),
  "many inputs: several blocks": new Sequential(
    linear(9, 600),
    new ReLU(),
    polynomial(600, 5, 7),
    linear(5, 300, false),
  ),
  "an odd number of columns, high degrees": new Sequential(
    polynomial(9, 7, 1),
    new LayerNorm(7, { epsilon: 1e-3 }),
    polynomial(7, 7, 9, true),
    new Sequential(polynomial(7, 3, 5)),
  ),
  activations: new Sequential(
    linear(9, 8),
    new LeakyReLU(0.2),
    linear(8, 8),
    new ELU(0.7),
    linear(8, 8),
    new SiLU(),
    linear(8, 8),
    new Softplus(),
    linear(8, 8),
    new Tanh(),
    linear(8, 8),
    new Sigmoid(),
  ),
  "bases after tanh": new Sequential(
    inBasis("chebyshev", "tanh"),
    inBasis("legendre", "tanh", true),
    inBasis("hermite", "tanh"),
    inBasis("monomial", "tanh"),
    inBasis("monomial", "tanh", true),
  ),
  "bases of the input itself": new Sequential(
    inBasis("legendre", "none"),
    new LayerNorm(9),
    inBasis("hermite", "none"),
  ),
  "a basis, elementwise, and degree 1": new Sequential(
    inBasis("chebyshev", "none", true),
    new Polynomial(9, 300, { degree: 2, basis: "legendre", squash: "none", initialiser }),
    new Polynomial(300, 3, { degree: 1, basis: "hermite", squash: "tanh", initialiser }),
  ),
  "the normal distribution": new Sequential(linear(9, 8), new GELU(), linear(8, 3)),
  splines: new Sequential(
    new BSpline(9, 7, { random }),
    new BSpline(7, 5, { order: 2, grid: 3, range: [-2, 1.5], base: false, random }),
    new BSpline(5, 4, { order: 1, random }),
    new BSpline(4, 3, { order: 5, grid: 2, random }),
  ),
  "splines: several blocks": new Sequential(linear(9, 300), new BSpline(300, 3, { order: 2, grid: 2, random })),
  Gaussians: new Sequential(
    new RadialBasis(9, 7, { random }),
    new RadialBasis(7, 5, { centres: 3, range: [-1, 1.7], base: false, random }),
    new RadialBasis(5, 4, { centres: 2, random }),
  ),
  "Gaussians: several blocks": new Sequential(linear(9, 300), new RadialBasis(300, 3, { centres: 5, random })),
  softmax: new Sequential(linear(9, 7), new Softmax(), linear(7, 6), new LogSoftmax()),
  "batch normalisation": new Sequential(
    linear(9, 4),
    new BatchNorm1d(4),
    new BatchNorm1d(4, { affine: false, epsilon: 0.1 }),
    linear(4, 3),
  ),
};

/** Rows of ordinary size, with zeros of both signs; of extremes; and of what is not finite. */
export const inputs: Tensor = uniform([70, 9], random, -2, 2);
for (let at = 0; at < inputs.size; at += 4) inputs.data[at] = at % 8 === 0 ? 0 : -0;
inputs.data.set([1e-30, -1e-30, 1e4, -1e4, 30, -30, 1e-10, 2000, -2000]);
inputs.data.set([1e-45, -1e-40, 0.5, 1, -1, 2, -2, 3.4e38, -0], 9);
for (const [row, special] of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].entries())
  for (let column = 0; column < 9; column += 4) inputs.data[(row + 2) * 9 + column] = special;
