/** Networks with every layer that can be written, with parameters that are not those of the start. */
import {
  BatchNorm1d,
  BSpline,
  Dropout,
  ELU,
  Flatten,
  GELU,
  type Layer,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  loretz2024,
  type Module,
  namedBuffers,
  Polynomial,
  type PolynomialOptions,
  RadialBasis,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "@polygrad/nn";
import { assign, Random, uniform } from "@polygrad/tensor";

const random = new Random(7);

/**
 * Draws the state of a layer anew, so that no constant is 0 and no scale 1: variances and scales between 0.5 and 1.5, all
 * else between -1 and 1; knots stay.
 */
function drawn(layer: Module): Layer {
  for (const [name, part] of [...layer.namedParameters(), ...namedBuffers(layer)]) {
    const isScale = name === "runningVariance" || (name === "weight" && part.value.rank === 1);
    if (name !== "knots") assign(part.value, uniform(part.shape, random, ...(isScale ? [0.5, 1.5] : [-1, 1])));
  }
  return layer.eval();
}

const bases = ["monomial", "chebyshev", "legendre", "hermite"] as const;
const squashes = ["none", "tanh"] as const;

const polynomials: [name: string, options: PolynomialOptions][] = bases.flatMap((basis) =>
  squashes.flatMap((squash): [string, PolynomialOptions][] =>
    [1, 2, 3, 8].flatMap((degree) => [
      [`${basis} of ${squash}, degree ${degree}`, { basis, squash, degree, random }],
      [`${basis} of ${squash}, degree ${degree}, constants on edges`, { basis, squash, degree, bias: "edges", random }],
      [`${basis} of ${squash}, degree ${degree}, elementwise`, { basis, squash, degree, elementwise: true, random }],
    ]),
  ),
);

const made: readonly (readonly [name: string, layer: Module])[] = [
  ["Linear", new Linear(5, 5, { random })],
  ["Linear without bias", new Linear(5, 5, { bias: false, random })],
  ...polynomials.map(([name, options]) => [name, new Polynomial(5, 5, options)] as const),
  ["loretz2024", new Polynomial(5, 5, { ...loretz2024, degree: 3, random })],
  ...[1, 2, 3, 4].map((order) => [`BSpline of order ${order}`, new BSpline(5, 5, { order, random })] as const),
  ["BSpline without base", new BSpline(5, 5, { base: false, range: [-2, 1], grid: 1, random })],
  ["RadialBasis", new RadialBasis(5, 5, { random })],
  ["RadialBasis without base", new RadialBasis(5, 5, { base: false, centres: 3, range: [-1, 2], random })],
  ["LayerNorm", new LayerNorm(5, { epsilon: 1e-3 })],
  ["BatchNorm1d", new BatchNorm1d(5)],
  ["BatchNorm1d without parameters", new BatchNorm1d(5, { affine: false, epsilon: 1e-3 })],
  ["ReLU", new ReLU()],
  ["LeakyReLU", new LeakyReLU(0.2)],
  ["ELU", new ELU(0.7)],
  ["GELU", new GELU()],
  ["SiLU", new SiLU()],
  ["Softplus", new Softplus()],
  ["Tanh", new Tanh()],
  ["Sigmoid", new Sigmoid()],
  ["Softmax", new Softmax()],
  ["LogSoftmax", new LogSoftmax()],
  ["Flatten", new Flatten()],
  ["Dropout", new Dropout()],
  ["nothing", new Sequential()],
];

/** Every layer by name, in evaluation: from 5 values to 5. */
export const layers: readonly (readonly [name: string, layer: Layer])[] = made.map(([name, layer]) => [
  name,
  drawn(layer),
]);
