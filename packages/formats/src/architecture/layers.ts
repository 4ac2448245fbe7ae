/** The layers of nn as JSON: a name and the arguments of the constructor, such as ["Linear", 784, 10, { "bias": true }]. */
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
import { Random } from "@polygrad/tensor";
import { isA } from "../network/network.ts";

/** A layer as JSON: its name in `@polygrad/nn`, and the arguments that make it. */
export type Architecture = readonly [layer: string, ...settings: unknown[]];

/** How a layer is written down and made again. */
export interface Kind {
  /** The arguments of the constructor, if the layer is of this kind and computes as its class defines. */
  readonly settings: (layer: Layer) => readonly unknown[] | undefined;
  /** Makes the layer. @throws what the constructor throws if an argument does not fit */
  readonly make: (settings: readonly unknown[]) => unknown;
}

type Class<Known> = { readonly prototype: Known } & (abstract new (...settings: never) => Known);

/** @param draws whether the last argument, an object of options, has a `random`, so that no other stream is drawn from */
function kind<Known extends Layer>(
  Class: Class<Known>,
  settings: (layer: Known) => readonly unknown[],
  draws = false,
): Kind {
  return {
    settings: (layer) => (isA(Class, layer) ? settings(layer) : undefined),
    make: (given) => Reflect.construct(Class, draws ? withRandom(given) : given),
  };
}

/** Adds a generator to the options, which are the last argument, or follow the arguments. */
function withRandom(settings: readonly unknown[]): unknown[] {
  const last = settings.at(-1);
  const hasOptions = typeof last === "object" && last !== null;
  const options = { ...(hasOptions ? last : {}), random: new Random(0) };
  return [...(hasOptions ? settings.slice(0, -1) : settings), options];
}

/** Layers without settings. */
const plain = { ReLU, GELU, SiLU, Softplus, Tanh, Sigmoid, Softmax, LogSoftmax, Flatten };

/** All layers but Sequential, by name. */
export const kinds: ReadonlyMap<string, Kind> = new Map([
  ...Object.entries(plain).map(([name, Class]): [string, Kind] => [name, kind<Layer>(Class, () => [])]),
  ["LeakyReLU", kind(LeakyReLU, ({ slope }) => [slope])],
  ["ELU", kind(ELU, ({ alpha }) => [alpha])],
  ["Dropout", kind(Dropout, ({ probability }) => [probability, {}], true)],
  ["Embedding", kind(Embedding, ({ count, size }) => [count, size], true)],
  ["Linear", kind(Linear, ({ inputs, outputs, bias }) => [inputs, outputs, { bias: bias !== undefined }], true)],
  [
    "Polynomial",
    kind(
      Polynomial,
      ({ inputs, outputs, degree, basis, squash, elementwise, bias }) => [
        inputs,
        outputs,
        {
          degree,
          basis,
          squash,
          ...(elementwise ? { elementwise } : { bias: bias === undefined ? "edges" : "outputs" }),
        },
      ],
      true,
    ),
  ],
  [
    "BSpline",
    kind(
      BSpline,
      ({ inputs, outputs, grid, order, baseWeight }) => [
        inputs,
        outputs,
        { grid, order, base: baseWeight !== undefined },
      ],
      true,
    ),
  ],
  [
    "RadialBasis",
    kind(
      RadialBasis,
      ({ inputs, outputs, centres, range, baseWeight }) => [
        inputs,
        outputs,
        { centres, range, base: baseWeight !== undefined },
      ],
      true,
    ),
  ],
  ["LayerNorm", kind(LayerNorm, ({ weight, epsilon }) => [weight.shape, { epsilon }])],
  [
    "BatchNorm1d",
    kind(BatchNorm1d, ({ features, momentum, epsilon, weight, runningMean }) => [
      features,
      { momentum, epsilon, affine: weight !== undefined, trackRunningStatistics: runningMean !== undefined },
    ]),
  ],
]);
