/** Cases for every layer: batches of one and of several, several axes, and every option. */
import { normal, Random, type Shape } from "@polygrad/tensor";
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
} from "../../src/index.ts";
import { awayFrom0, type Case, type Cases, named, ofLayer } from "./case.ts";

/** A layer at an input of that shape. */
const at = (layer: Layer, shape: Shape): Case => ofLayer(layer, awayFrom0(shape), (x) => layer.forward(x));

/** A layer that takes [..., features], at inputs of one, two and three axes. */
function onAxes(layer: Layer, features: number): Cases {
  return {
    "one sample": at(layer, [features]),
    "a batch of one": at(layer, [1, features]),
    "a batch": at(layer, [3, features]),
    "three axes": at(layer, [2, 2, features]),
  };
}

/** A layer that takes any shape. */
function onShapes(layer: Layer): Cases {
  return { "a number": at(layer, []), ...onAxes(layer, 4) };
}

/** Dropout that draws the same mask in every call. */
function dropped(probability: number, shape: Shape): Case {
  const layer = new Dropout(probability);
  return ofLayer(layer, awayFrom0(shape), (x) => {
    layer.reseed(new Random(5));
    return layer.forward(x);
  });
}

/** Batch normalisation by running statistics that are not those of the input. */
function evaluated(shape: Shape): Case {
  const layer = new BatchNorm1d(3, { momentum: 0.4 });
  layer.forward(awayFrom0([5, 3]));
  return at(layer.eval(), shape);
}

/** An embedding at fixed indices: a function of its weight alone, because indices have no gradient. */
function embedded(indices: Parameters<Embedding["forward"]>[0]): Case {
  const layer = new Embedding(4, 2);
  return ofLayer(layer, undefined, () => layer.forward(indices));
}

const dense = (degree: number) => new Polynomial(3, 2, { ...loretz2024, degree });
const elementwise = (degree: number) => new Polynomial(3, 3, { ...loretz2024, degree, elementwise: true });
const shared = new Linear(3, 3);

/** So wide that central differences are accurate. */
const range = [-2, 3] as const;

/** A layer of splines whose knots have followed data. */
function uneven(order: number): BSpline {
  const layer = new BSpline(3, 2, { order, grid: 3 });
  layer.updateGrid(normal([20, 3], new Random(order), 0, 2), { adaptive: 0.2 });
  return layer;
}

/** Cases by the name of the exported class. */
export const layerCases: Readonly<Record<string, Cases>> = {
  Linear: {
    ...onAxes(new Linear(3, 2), 3),
    ...named("without a bias", onAxes(new Linear(3, 2, { bias: false }), 3)),
    "one input, one output": at(new Linear(1, 1), [2, 1]),
  },
  Polynomial: Object.fromEntries(
    [1, 2, 3, 4, 5].flatMap((degree) => [
      ...Object.entries(named(`degree ${degree}`, onAxes(dense(degree), 3))),
      ...Object.entries(named(`degree ${degree}, elementwise`, onAxes(elementwise(degree), 3))),
    ]),
  ),
  LayerNorm: {
    ...onAxes(new LayerNorm(4), 4),
    "two normalised axes": at(new LayerNorm([2, 3]), [2, 2, 3]),
    "two normalised axes, one sample": at(new LayerNorm([2, 3]), [2, 3]),
    "epsilon 0.5": at(new LayerNorm(4, { epsilon: 0.5 }), [3, 4]),
  },
  BatchNorm1d: {
    "in training": at(new BatchNorm1d(3), [4, 3]),
    "in training, two rows, epsilon 0.5": at(new BatchNorm1d(3, { epsilon: 0.5 }), [2, 3]),
    "in training, three axes": at(new BatchNorm1d(3), [2, 3, 2]),
    "in training, one row of three axes": at(new BatchNorm1d(3), [1, 3, 4]),
    "without parameters": at(new BatchNorm1d(3, { affine: false }), [4, 3]),
    "in evaluation": evaluated([4, 3]),
    "in evaluation, one row": evaluated([1, 3]),
    "in evaluation, three axes": evaluated([2, 3, 2]),
    "in evaluation, without running statistics": at(
      new BatchNorm1d(3, { trackRunningStatistics: false }).eval(),
      [4, 3],
    ),
  },
  ReLU: onShapes(new ReLU()),
  LeakyReLU: { ...onShapes(new LeakyReLU()), ...named("slope -0.5", onShapes(new LeakyReLU(-0.5))) },
  ELU: { ...onShapes(new ELU()), ...named("alpha 2.5", onShapes(new ELU(2.5))) },
  GELU: onShapes(new GELU()),
  SiLU: onShapes(new SiLU()),
  Softplus: onShapes(new Softplus()),
  Tanh: onShapes(new Tanh()),
  Sigmoid: onShapes(new Sigmoid()),
  Softmax: onAxes(new Softmax(), 4),
  LogSoftmax: onAxes(new LogSoftmax(), 4),
  Dropout: {
    "in training": dropped(0.4, [3, 4]),
    "in training, a batch of one": dropped(0.4, [1, 6]),
    "in training, three axes": dropped(0.7, [2, 2, 3]),
    "in training, probability 0": dropped(0, [3, 4]),
    ...named("in evaluation", onShapes(new Dropout(0.4).eval())),
  },
  Flatten: {
    "a batch of one": at(new Flatten(), [1, 3]),
    "a batch": at(new Flatten(), [3, 4]),
    "three axes": at(new Flatten(), [2, 2, 3]),
  },
  Embedding: {
    "one index": embedded(1),
    "indices of which one comes twice and one never": embedded([1, 3, 1]),
    "two axes": embedded([
      [1, 3],
      [1, 0],
    ]),
  },
  Sequential: {
    "Linear and ReLU in one kernel": at(new Sequential(new Linear(3, 4), new ReLU()), [3, 3]),
    "Linear and ReLU in one kernel, a batch of one": at(new Sequential(new Linear(3, 4), new ReLU()), [1, 3]),
    "Linear and ReLU in one kernel, three axes": at(new Sequential(new Linear(3, 4), new ReLU()), [2, 2, 3]),
    "Linear without a bias, and ReLU": at(new Sequential(new Linear(3, 4, { bias: false }), new ReLU()), [3, 3]),
    "a layer that comes twice": at(new Sequential(shared, new ReLU(), shared), [2, 3]),
    "a network": at(
      new Sequential(
        new Linear(3, 4),
        new ReLU(),
        new LayerNorm(4),
        new Polynomial(4, 2, { ...loretz2024, degree: 2 }),
      ),
      [3, 3],
    ),
    "no layers": at(new Sequential(), [2, 3]),
  },
  RadialBasis: {
    ...onAxes(new RadialBasis(3, 2), 3),
    ...named("without a base", onAxes(new RadialBasis(3, 2, { centres: 3, range: [-1, 2], base: false }), 3)),
  },
  BSpline: Object.fromEntries(
    [1, 2, 3, 4].flatMap((order) => [
      ...Object.entries(named(`order ${order}`, onAxes(new BSpline(3, 2, { order, range }), 3))),
      ...Object.entries(
        named(`order ${order}, without a base`, onAxes(new BSpline(3, 2, { order, range, base: false }), 3)),
      ),
      ...Object.entries(named(`order ${order}, on uneven knots`, onAxes(uneven(order), 3))),
    ]),
  ),
};
