/** The entries of the modules of @polygrad/nn. */
import * as polygrad from "polygrad";
import { tensor, type Variable, variable, zeros } from "polygrad";
import type { Entry } from "./calls.ts";
import { constructing, entry, method, property } from "./entries.ts";
import { TENSORS, VARIABLES } from "./hostile.ts";
import * as kinds from "./kinds.ts";
import { changed, type Kind, kind, like, optional, options, word } from "./kinds.ts";

/** The input of a layer that takes any shape. */
export const anyInput = kind(() => zeros([2, 3]), [...TENSORS, ...VARIABLES]);
/** The input of a layer whose shape must fit. */
export const fittingInput = kind(() => zeros([2, 3]), [], [...TENSORS, ...VARIABLES]);
const random = options({ random: optional(kinds.random) });
const layer = () => new polygrad.Linear(3, 2);
/** The first layer of a basis computes mean squares, which are kept: only later ones allocate as much as is allowed. */
const polynomial = () => new polygrad.Polynomial(3, 2, { degree: 5, basis: "chebyshev", squash: "tanh" });
polynomial();
new polygrad.Polynomial(1, 1);
/** A model, which may be an object of whatever class: its fields are searched for parameters and layers. */
export const model: Kind = kind(
  layer,
  [],
  [
    "{}",
    "an object without a prototype",
    "an object without a constructor",
    "an object with an unknown option",
    "an object whose constructor has a symbol for a name",
    "an object that looks like an array",
    "a number object",
    "a string object",
    "a date",
    "a map",
    "a promise",
    "an ArrayBuffer",
    "a Random",
    ...TENSORS,
    ...VARIABLES,
    "[]",
    "[1]",
    "[2, 3]",
    "[[1, 2], [3, 4]]",
    "[NaN]",
    "[-1]",
    "[0.5]",
    "[2^31]",
    "[2^40, 2^40]",
    "[1e300]",
    '["a"]',
    "[undefined]",
    "[null]",
    "[1n]",
    "[a symbol]",
    "[{}]",
    "[a number object]",
    "[a tensor]",
    "[a variable]",
    "one hole",
    "three holes",
    "a cycle",
    "nested 20000 deep",
    "Float32Array [1]",
    "Float64Array [1]",
    "Int32Array [0]",
    "Int32Array [7]",
    "Uint8Array [0]",
    "BigInt64Array [1n]",
  ],
);
const state = kind(() => layer().stateDict(), []);

class Twice extends polygrad.Module {
  readonly weight = variable(tensor([1, 2]));
  forward(x: polygrad.Input): Variable {
    return polygrad.constant(x).mul(2);
  }
}
/** What has a last axis. */
const withAxes = changed(anyInput, ["tensor []", "variable []", "constant of a number"], "refused");
const module = () => new Twice();

const activations = Object.fromEntries(
  Object.entries({
    ReLU: polygrad.ReLU,
    GELU: polygrad.GELU,
    SiLU: polygrad.SiLU,
    Softplus: polygrad.Softplus,
    Tanh: polygrad.Tanh,
    Sigmoid: polygrad.Sigmoid,
  }).flatMap(([name, Class]): [string, Entry][] => [
    [name, constructing(Class)],
    [`${name}.forward`, method(() => new Class(), "forward", anyInput)],
  ]),
);

export const layerEntries: Readonly<Record<string, Entry>> = {
  ...activations,
  LeakyReLU: constructing(polygrad.LeakyReLU, optional(kinds.finite)),
  Softmax: constructing(polygrad.Softmax),
  "Softmax.forward": method(() => new polygrad.Softmax(), "forward", withAxes),
  LogSoftmax: constructing(polygrad.LogSoftmax),
  "LogSoftmax.forward": method(() => new polygrad.LogSoftmax(), "forward", withAxes),
  "LeakyReLU.forward": method(() => new polygrad.LeakyReLU(), "forward", anyInput),
  ELU: constructing(polygrad.ELU, optional(kinds.finite)),
  "ELU.forward": method(() => new polygrad.ELU(), "forward", anyInput),
  Dropout: constructing(polygrad.Dropout, optional(kinds.share), random),
  "Dropout.forward": method(() => new polygrad.Dropout(), "forward", anyInput),
  "Dropout.reseed": method(() => new polygrad.Dropout(), "reseed", kinds.random),
  "Dropout.randomState": property(
    () => new polygrad.Dropout(),
    "randomState",
    kind(() => [7, 1], ["[2, 3]", "[2^40, 2^40]"]),
  ),
  RandomState: constructing(polygrad.RandomState, model),
  "RandomState.stateDict": method(() => new polygrad.RandomState(new polygrad.Dropout()), "stateDict"),
  "RandomState.loadStateDict": method(
    () => new polygrad.RandomState(new polygrad.Dropout()),
    "loadStateDict",
    kind(() => new polygrad.RandomState(new polygrad.Dropout()).stateDict(), []),
  ),
  "RandomState.loadStateDict (an entry of the state)": entry(
    (randomState: never) => new polygrad.RandomState(new polygrad.Dropout()).loadStateDict({ randomState }),
    kind(() => tensor([4, 5]), []),
  ),
  Flatten: constructing(polygrad.Flatten),
  "Flatten.forward": method(() => new polygrad.Flatten(), "forward", fittingInput),
  Linear: constructing(polygrad.Linear, kinds.size, kinds.size, options({ bias: kinds.flag, random: kinds.random })),
  "Linear.forward": method(layer, "forward", fittingInput),
  Polynomial: constructing(
    polygrad.Polynomial,
    kinds.size,
    kinds.size,
    options({
      degree: kinds.size,
      basis: word("chebyshev"),
      squash: word("tanh"),
      bias: word("edges"),
      elementwise: like(kinds.flag, () => false),
      random: kinds.random,
      initialiser: kind(() => (shape: polygrad.Shape) => zeros(shape), []),
    }),
  ),
  "Polynomial.forward": method(polynomial, "forward", fittingInput),
  "Polynomial.coefficients": method(polynomial, "coefficients"),
  "Polynomial.penalty": method(
    () => new polygrad.Polynomial(3, 2),
    "penalty",
    kind(() => [0, 0, 1, 2], []),
  ),
  BSpline: constructing(
    polygrad.BSpline,
    kinds.size,
    kinds.size,
    options({
      grid: kinds.size,
      order: kinds.size,
      range: kind(() => [-1, 1], ["[2, 3]"]),
      base: kinds.flag,
      random: kinds.random,
    }),
  ),
  "BSpline.forward": method(() => new polygrad.BSpline(3, 2), "forward", fittingInput),
  "BSpline.updateGrid": method(
    () => new polygrad.BSpline(3, 2),
    "updateGrid",
    fittingInput,
    options({ adaptive: kinds.belowOne, margin: kinds.finiteAbove0 }),
  ),
  RadialBasis: constructing(
    polygrad.RadialBasis,
    kinds.size,
    kinds.size,
    options({
      centres: changed(kinds.size, ["1"], "refused"),
      range: kind(() => [-1, 1], ["[2, 3]"]),
      base: kinds.flag,
      random: kinds.random,
    }),
  ),
  "RadialBasis.forward": method(() => new polygrad.RadialBasis(3, 2), "forward", fittingInput),
  LayerNorm: constructing(
    polygrad.LayerNorm,
    kind(() => 3, ["1", "[1]", "[2, 3]"]),
    options({ epsilon: kinds.finiteFrom0 }),
  ),
  "LayerNorm.forward": method(() => new polygrad.LayerNorm(3), "forward", fittingInput),
  BatchNorm1d: constructing(
    polygrad.BatchNorm1d,
    kinds.size,
    options({
      momentum: kinds.share,
      epsilon: kinds.finiteFrom0,
      affine: kinds.flag,
      trackRunningStatistics: kinds.flag,
    }),
  ),
  "BatchNorm1d.forward": method(() => new polygrad.BatchNorm1d(3), "forward", fittingInput),
  "BatchNorm1d.statisticsSize": property(() => new polygrad.BatchNorm1d(3), "statisticsSize"),
  "BatchNorm1d.deferTo": method(
    () => new polygrad.BatchNorm1d(1),
    "deferTo",
    kind(() => zeros([3]), ["undefined", "tensor [3]", "tensor with NaN", "float64 tensor"]),
  ),
  "BatchNorm1d.absorb": method(
    () => new polygrad.BatchNorm1d(1),
    "absorb",
    kind(() => [tensor([2, 1, 1])], ["[]"]),
  ),
  Embedding: constructing(polygrad.Embedding, kinds.size, kinds.size, random),
  "Embedding.forward": method(
    () => new polygrad.Embedding(4, 2),
    "forward",
    kind(
      () => [0, 3],
      [
        "0",
        "-0",
        "1",
        "[]",
        "[1]",
        "[2, 3]",
        "Int32Array [0]",
        "Uint8Array [0]",
        "Float32Array [1]",
        "Float64Array [1]",
        "tensor []",
        "tensor [3]",
        "tensor [0, 3]",
        "tensor [1, 1, 1, 1, 1]",
        "float64 tensor",
        "constant of a number",
      ],
    ),
  ),
  Sequential: { ...constructing(polygrad.Sequential, kind(layer, []), kind(layer, [])), fewer: true },
  "Sequential.forward": method(() => new polygrad.Sequential(layer(), new polygrad.ReLU()), "forward", fittingInput),
  Module: constructing(Twice),
  "Module.training": property(module, "training", kinds.flag),
  "Module.train": method(module, "train", optional(kinds.flag)),
  "Module.eval": method(module, "eval"),
  "Module.parameters": method(module, "parameters"),
  "Module.namedParameters": method(module, "namedParameters"),
  "Module.namedBuffers": method(module, "namedBuffers"),
  "Module.zeroGrad": method(module, "zeroGrad"),
  "Module.freeze": method(module, "freeze"),
  "Module.unfreeze": method(module, "unfreeze"),
  "Module.stateDict": method(module, "stateDict"),
  "Module.loadStateDict": method(layer, "loadStateDict", state),
  parameters: entry(polygrad.parameters, model),
  namedParameters: entry(polygrad.namedParameters, model),
  buffer: entry(polygrad.buffer, kinds.anyTensor),
  namedBuffers: entry(polygrad.namedBuffers, model),
  namedModules: entry(polygrad.namedModules, model),
  stateDict: entry(polygrad.stateDict, model),
  loadStateDict: entry(polygrad.loadStateDict, kind(layer, []), state),
  summary: {
    ...entry(
      polygrad.summary,
      kind(layer, []),
      like(changed(kinds.list, ["[]", "[1]"], "refused"), () => [3]),
    ),
    fewer: true,
  },
};
