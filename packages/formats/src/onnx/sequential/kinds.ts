/** Each layer as JSON, and made again from it: what its parameters do not say. */
import {
  BatchNorm1d,
  BSpline,
  Dropout,
  ELU,
  Embedding,
  Flatten,
  GELU,
  type Layer,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  Polynomial,
  RadialBasis,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "@polygrad/nn";
import { type Basis, Random, type Shape, type Squash } from "@polygrad/tensor";

/** What a layer is as JSON. */
export type Description = Readonly<Record<string, unknown>>;

/** The shape of a part of the state of a layer, by its field; undefined if there is none. */
type Shapes = (field: string) => Shape | undefined;

/** How a layer is described, and made again from a description that nothing is known of. */
interface Kind {
  /** Undefined for other layers. */
  readonly describe: (layer: Layer) => Description | undefined;
  readonly make: (settings: Description, shapes: Shapes) => Layer;
}

function kind<Known extends Layer>(
  Class: abstract new (...args: never) => Known,
  describe: (layer: Known) => Description,
  make: Kind["make"],
): Kind {
  return { describe: (layer) => (layer instanceof Class ? describe(layer) : undefined), make };
}

const plain = (Class: new () => Layer) =>
  kind(
    Class,
    () => ({}),
    () => new Class(),
  );

/** Initial values are drawn, but all are replaced. */
const random = new Random(0);

/** The layers by name. */
export const kinds: Readonly<Record<string, Kind>> = {
  Linear: kind(
    Linear,
    () => ({}),
    (_, shapes) => {
      const [outputs, inputs] = sizes(shapes("weight"), 2);
      return new Linear(inputs, outputs, { bias: shapes("bias") !== undefined, random });
    },
  ),
  Polynomial: kind(
    Polynomial,
    ({ basis, squash, elementwise }) => ({ basis, squash, elementwise }),
    ({ basis, squash, elementwise }, shapes) => {
      const options = { basis: basisOf(basis), squash: squashOf(squash), random };
      if (elementwise === true) {
        const [inputs, terms] = sizes(shapes("weight"), 2);
        return new Polynomial(inputs, inputs, { ...options, degree: terms - 1, elementwise });
      }
      const [outputs, inputs, terms] = sizes(shapes("weight"), 3);
      const [bias, degree] =
        shapes("bias") === undefined ? (["edges", terms - 1] as const) : (["outputs", terms] as const);
      return new Polynomial(inputs, outputs, { ...options, degree, bias });
    },
  ),
  BSpline: kind(
    BSpline,
    ({ order }) => ({ order }),
    (settings, shapes) => {
      const [outputs, inputs, functions] = sizes(shapes("weight"), 3);
      const order = number(settings, "order");
      const base = shapes("baseWeight") !== undefined;
      return new BSpline(inputs, outputs, { order, grid: functions - order, base, random });
    },
  ),
  RadialBasis: kind(
    RadialBasis,
    ({ range: [low, high] }) => ({ low, high }),
    (settings, shapes) => {
      const [outputs, inputs, centres] = sizes(shapes("weight"), 3);
      const range = [number(settings, "low"), number(settings, "high")] as const;
      return new RadialBasis(inputs, outputs, { centres, range, base: shapes("baseWeight") !== undefined, random });
    },
  ),
  LayerNorm: kind(
    LayerNorm,
    ({ epsilon }) => ({ epsilon }),
    (settings, shapes) => new LayerNorm(shapes("weight") ?? [], { epsilon: number(settings, "epsilon") }),
  ),
  BatchNorm1d: kind(
    BatchNorm1d,
    ({ epsilon, momentum }) => ({ epsilon, momentum }),
    (settings, shapes) => {
      const [features] = sizes(shapes("runningMean"), 1);
      const [epsilon, momentum] = [number(settings, "epsilon"), number(settings, "momentum")];
      return new BatchNorm1d(features, { epsilon, momentum, affine: shapes("weight") !== undefined });
    },
  ),
  Embedding: kind(
    Embedding,
    () => ({}),
    (_, shapes) => {
      const [count, size] = sizes(shapes("weight"), 2);
      return new Embedding(count, size, { random });
    },
  ),
  LeakyReLU: kind(
    LeakyReLU,
    ({ slope }) => ({ slope }),
    (settings) => new LeakyReLU(number(settings, "slope")),
  ),
  ELU: kind(
    ELU,
    ({ alpha }) => ({ alpha }),
    (settings) => new ELU(number(settings, "alpha")),
  ),
  Dropout: kind(
    Dropout,
    ({ probability }) => ({ probability }),
    (settings) => new Dropout(number(settings, "probability"), { random }),
  ),
  ReLU: plain(ReLU),
  GELU: plain(GELU),
  SiLU: plain(SiLU),
  Softplus: plain(Softplus),
  Tanh: plain(Tanh),
  Sigmoid: plain(Sigmoid),
  Softmax: plain(Softmax),
  LogSoftmax: plain(LogSoftmax),
  Flatten: plain(Flatten),
};

function number(settings: Description, name: string): number {
  const value = settings[name];
  if (typeof value !== "number") throw new TypeError(`${name} is not a number`);
  return value;
}

function basisOf(value: unknown): Basis {
  for (const basis of ["monomial", "chebyshev", "legendre", "hermite"] as const) if (basis === value) return basis;
  throw new TypeError("there is no such basis");
}

function squashOf(value: unknown): Squash {
  for (const squash of ["none", "tanh"] as const) if (squash === value) return squash;
  throw new TypeError("there is no such squash");
}

function sizes(shape: Shape | undefined, rank: number): Shape {
  if (shape?.length !== rank) throw new TypeError("a part of the state is missing or has another number of axes");
  return shape;
}
