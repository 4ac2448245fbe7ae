/** Wrong arguments of every kind at every export: each is an error of ours, or an argument that is allowed. */
import { GradientError, Variable, variable } from "@polygrad/autograd";
import { ArgumentError, MemoryError, Random, ShapeError, Tensor, tensor, ValueError } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.ts";

/** Arguments of all kinds. Few calls allow one of them, and none may fail with an error that explains nothing. */
const odd: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  text: "abc",
  true: true,
  symbol: Symbol("s"),
  bigint: 3n,
  function: () => 1,
  "nested arrays": [
    [1, 2],
    [3, 4],
  ],
  "ragged arrays": [[1, 2], [3]],
  "an array with gaps": [undefined, null],
  "no array": { length: 3 },
  "an empty array": [],
  "an empty object": {},
  "an object without prototype": Object.create(null),
  "a map": new Map([["a", 1]]),
  "a date": new Date(0),
  scalar: tensor(1),
  vector: tensor([1, 2, 3]),
  "an empty tensor": tensor([]),
  "three axes": tensor([[[1, 2]]]),
  variable: variable([1, 2]),
  "a module": new nn.Linear(2, 2),
  NaN: Number.NaN,
  negative: -1,
  "-0": -0,
  fraction: 0.5,
  large: 2 ** 31,
  huge: 1e300,
  infinite: Number.POSITIVE_INFINITY,
  "not safe": 2 ** 53,
  Int32Array: Int32Array.of(1, 2),
  Float64Array: Float64Array.of(0.5),
  "an unknown option": { unknown: 1 },
  "an object without a constructor": { constructor: null },
  "an object whose constructor has a symbol for a name": { constructor: { name: Symbol("s") } },
  "an array of a symbol": [Symbol("s")],
  "three gaps": new Array(3),
  "an array that contains itself": cycle(),
  "deep arrays": nested(20_000),
  BigInt64Array: BigInt64Array.of(1n),
  "a promise": Promise.resolve(1),
  "what refuses to be read": untouchable(),
};

function cycle(): unknown[] {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

function untouchable(): object {
  const refuse = () => {
    throw new Error("a property of the untouchable was read");
  };
  return new Proxy(() => {}, { get: refuse, has: refuse, ownKeys: refuse });
}

const own = [ArgumentError, ValueError, ShapeError, MemoryError, GradientError] as const;

const random = new Random(1);
const x = tensor([
  [1, 2],
  [3, 4],
]);
const parameters = () => new nn.Linear(2, 2).parameters();
const moving = (): Variable => Object.assign(variable([1, 2]), { grad: tensor([1, 1]) });
const linear = new nn.Linear(2, 2);

/** What is called, and arguments that it takes: the test replaces them by odd ones in turn. */
const calls: Readonly<Record<string, readonly [call: (...args: never[]) => unknown, ...args: unknown[]]>> = {
  namedParameters: [nn.namedParameters, linear],
  parameters: [nn.parameters, linear],
  namedModules: [nn.namedModules, linear],
  stateDict: [nn.stateDict, linear],
  loadStateDict: [nn.loadStateDict, linear, linear.stateDict()],
  "Module.train": [(on: boolean) => new nn.ReLU().train(on), true],
  "Module.loadStateDict": [(state: nn.StateDict) => linear.loadStateDict(state), linear.stateDict()],
  "an entry of a state": [
    (bias: Tensor) => linear.loadStateDict({ ...linear.stateDict(), bias }),
    linear.stateDict().bias,
  ],
  gain: [nn.gain, "leakyRelu", 0.1],
  kaimingNormal: [nn.kaimingNormal, [2, 2], random, { slope: 0.1 }],
  kaimingUniform: [nn.kaimingUniform, [2, 2], random, { mode: "fanOut" }],
  "an option of kaimingUniform": [
    (mode: "fanIn", nonlinearity: "relu", slope: number) =>
      nn.kaimingUniform([2, 2], random, { mode, nonlinearity, slope }),
    "fanIn",
    "relu",
    0.5,
  ],
  linearUniform: [nn.linearUniform, [2, 2], random, 2],
  polynomialUniform: [nn.polynomialUniform, [2, 2], random],
  xavierNormal: [nn.xavierNormal, [2, 2], random, 1],
  xavierUniform: [nn.xavierUniform, [2, 2], random, 1],
  Linear: [(...args: [2, 2, nn.LinearOptions]) => new nn.Linear(...args), 2, 2, { random }],
  "options of Linear": [(bias: boolean, given: Random) => new nn.Linear(1, 1, { bias, random: given }), true, random],
  Polynomial: [(...args: [2, 2, nn.PolynomialOptions]) => new nn.Polynomial(...args), 2, 2, { degree: 2 }],
  "options of Polynomial": [
    (degree: number, elementwise: boolean, given: Random, initialiser: nn.Initialiser) =>
      new nn.Polynomial(1, 1, { degree, elementwise, random: given, initialiser }),
    2,
    false,
    random,
    nn.polynomialUniform,
  ],
  LayerNorm: [(...args: [2, object]) => new nn.LayerNorm(...args), 2, { epsilon: 1e-5 }],
  "options of LayerNorm": [(epsilon: number) => new nn.LayerNorm(1, { epsilon }), 1],
  Dropout: [(...args: [0.5, object]) => new nn.Dropout(...args), 0.5, { random }],
  "Dropout.reseed": [(given: Random) => new nn.Dropout().reseed(given), random],
  ELU: [(alpha: number) => new nn.ELU(alpha), 1],
  LeakyReLU: [(slope: number) => new nn.LeakyReLU(slope), 1],
  Embedding: [(...args: [2, 2, object]) => new nn.Embedding(...args), 2, 2, { random }],
  Sequential: [(...args: nn.Layer[]) => new nn.Sequential(...args), linear, new nn.ReLU()],
  crossEntropy: [nn.crossEntropy, x, [0, 1], { weight: tensor([1, 2]) }],
  "options of crossEntropy": [
    (reduction: "sum", weight: Tensor, labelSmoothing: number) =>
      nn.crossEntropy(x, [0, 1], { reduction, weight, labelSmoothing }),
    "sum",
    tensor([1, 2]),
    0.1,
  ],
  nllLoss: [nn.nllLoss, x, [0, 1], { reduction: "none" }],
  mseLoss: [nn.mseLoss, x, x, { reduction: "sum" }],
  l1Loss: [nn.l1Loss, x, x, { reduction: "sum" }],
  huberLoss: [nn.huberLoss, x, x, { delta: 2 }],
  smoothL1Loss: [nn.smoothL1Loss, x, x, { beta: 2 }],
  "a knee": [(delta: number, beta: number) => [nn.huberLoss(x, x, { delta }), nn.smoothL1Loss(x, x, { beta })], 1, 1],
  klDivLoss: [nn.klDivLoss, x, x, { reduction: "sum" }],
  binaryCrossEntropyWithLogits: [nn.binaryCrossEntropyWithLogits, x, x, { positiveWeight: 2 }],
  "a positive weight": [(positiveWeight: number) => nn.binaryCrossEntropyWithLogits(x, x, { positiveWeight }), 2],
  lossValue: [nn.lossValue, variable(1), 3],
  SGD: [(...args: [Variable[], object]) => new nn.SGD(...args).step(), [moving()], { momentum: 0.9 }],
  "options of SGD": [
    (learningRate: number, momentum: number, dampening: number, weightDecay: number, nesterov: boolean) =>
      new nn.SGD([moving()], { learningRate, momentum, dampening, weightDecay, nesterov }).step(),
    0.1,
    0.9,
    0,
    0.1,
    true,
  ],
  Adam: [(...args: [Variable[], object]) => new nn.Adam(...args).step(), [moving()], { epsilon: 1 }],
  AdamW: [(...args: [Variable[], object]) => new nn.AdamW(...args).step(), [moving()], { epsilon: 1 }],
  "options of Adam": [
    (learningRate: number, betas: [number, number], epsilon: number, weightDecay: number) =>
      new nn.AdamW([moving()], { learningRate, betas, epsilon, weightDecay }).step(),
    () => 0.1,
    [0.9, 0.99],
    1e-8,
    0.1,
  ],
  RMSprop: [(...args: [Variable[], object]) => new nn.RMSprop(...args).step(), [moving()], { centered: true }],
  "options of RMSprop": [
    (alpha: number, epsilon: number, momentum: number, centered: boolean, weightDecay: number) =>
      new nn.RMSprop([moving()], { alpha, epsilon, momentum, centered, weightDecay }).step(),
    0.9,
    1e-8,
    0.1,
    true,
    0.1,
  ],
  "one of the parameters": [(one: Variable) => new nn.SGD([moving(), one]), moving()],
  Optimiser: [(...args: [Variable[], number, number]) => Reflect.construct(nn.Optimiser, args), parameters(), 0.1, 1],
  "a learning rate that is set": [
    (learningRate: number) => Object.assign(new nn.SGD([moving()]), { learningRate }).step(),
    0.1,
  ],
  "the rate of a schedule": [(rate: number) => new nn.SGD([moving()], { learningRate: () => rate }).step(), 0.1],
  clipGradNorm: [nn.clipGradNorm, [moving()], 1, { type: 1 }],
  "the type of a norm": [(type: number) => nn.clipGradNorm([moving()], 1, { type }), 1],
  stepDecay: [(...args: [1, { size: 2 }, number]) => nn.stepDecay(args[0], args[1])(args[2]), 1, { size: 2 }, 3],
  cosine: [(...args: [1, { steps: 2 }, number]) => nn.cosine(args[0], args[1])(args[2]), 1, { steps: 2 }, 3],
  warmup: [(...args: [1, { steps: 2 }, number]) => nn.warmup(args[0], args[1])(args[2]), 1, { steps: 2 }, 3],
  oneCycle: [(...args: [1, { steps: 9 }, number]) => nn.oneCycle(args[0], args[1])(args[2]), 1, { steps: 9 }, 3],
  "options of schedules": [
    (gamma: number, minimum: number, start: number) => [
      nn.stepDecay(1, { size: 2, gamma })(1),
      nn.cosine(1, { steps: 2, minimum })(1),
      nn.warmup(1, { steps: 2, start })(1),
    ],
    0.5,
    0.1,
    0.5,
  ],
  "options of oneCycle": [
    (rising: number, startDivisor: number, endDivisor: number, anneal: "linear") =>
      nn.oneCycle(1, { steps: 9, rising, startDivisor, endDivisor, anneal })(3),
    0.5,
    2,
    3,
    "linear",
  ],
  "the steps of schedules": [
    (size: number, steps: number, warm: number, cycle: number) => [
      nn.stepDecay(1, { size }),
      nn.cosine(1, { steps }),
      nn.warmup(1, { steps: warm }),
      nn.oneCycle(1, { steps: cycle }),
    ],
    1,
    2,
    3,
    4,
  ],
  summary: [nn.summary, linear, [2]],
  manualSeed: [nn.manualSeed, 0],
};

/** The layers that are called with odd inputs. */
const layers: Readonly<Record<string, nn.Layer>> = {
  Linear: linear,
  "Linear without bias": new nn.Linear(2, 2, { bias: false }),
  Polynomial: new nn.Polynomial(2, 2),
  "Polynomial, elementwise": new nn.Polynomial(2, 2, { elementwise: true }),
  LayerNorm: new nn.LayerNorm(2),
  Sequential: new nn.Sequential(linear, new nn.ReLU()),
  Embedding: new nn.Embedding(5, 2),
};
const activations = [
  nn.Dropout,
  nn.ELU,
  nn.Flatten,
  nn.GELU,
  nn.LeakyReLU,
  nn.ReLU,
  nn.Sigmoid,
  nn.SiLU,
  nn.Softplus,
  nn.Tanh,
] as const;

/** Undefined if the error is one of ours and says something; else what is wrong with it. */
function fault(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    if (
      own.some((Class) => error instanceof Class) &&
      error instanceof Error &&
      /^[\w ]+: .+|^the loss is/.test(error.message)
    )
      return undefined;
    return error;
  }
}

describe.each(Object.entries(calls))("%s", (_, [call, ...args]) => {
  test("takes the arguments of this test, and no others without a word", () => {
    Reflect.apply(call, undefined, args);
    for (const [name, value] of Object.entries(odd))
      for (const position of args.keys())
        expect(
          fault(() => Reflect.apply(call, undefined, args.with(position, value))),
          `${name} as argument ${position}`,
        ).toBeUndefined();
    for (const count of args.keys())
      expect(
        fault(() => Reflect.apply(call, undefined, args.slice(0, count))),
        `${count} arguments`,
      ).toBeUndefined();
    nn.manualSeed(0);
  });
});

describe.each([...Object.entries(layers), ...activations.map((Class) => [Class.name, new Class()] as const)])(
  "the forward of %s",
  (_, layer) => {
    test("takes tensors and variables, and refuses all else", () => {
      for (const [name, value] of Object.entries(odd)) {
        const call = () => Reflect.apply(layer.forward, layer, [value]);
        expect(fault(call), name).toBeUndefined();
        if (value instanceof Tensor || value instanceof Variable || layer instanceof nn.Embedding) continue;
        expect(call, name).toThrow(ArgumentError);
      }
    });
  },
);

test("no export is left out", () => {
  const tested = new Set([...Object.keys(calls), ...Object.keys(layers), ...activations.map(({ name }) => name)]);
  expect(Object.keys(nn).filter((name) => !tested.has(name))).toEqual(["Module"]);
});

/** All options of a function: each object with an unknown name is refused, and the error lists the known names. */
describe("an unknown option lists the known ones", () => {
  const unknown = JSON.parse(`{ "unknown": 1 }`);
  test.each([
    ["Linear", () => new nn.Linear(1, 1, unknown), "bias, random"],
    ["Polynomial", () => new nn.Polynomial(1, 1, unknown), "degree, elementwise, random, initialiser"],
    ["LayerNorm", () => new nn.LayerNorm(1, unknown), "epsilon"],
    ["Dropout", () => new nn.Dropout(0.5, unknown), "random"],
    ["Embedding", () => new nn.Embedding(1, 1, unknown), "random"],
    ["kaimingUniform", () => nn.kaimingUniform([1, 1], random, unknown), "mode, nonlinearity, slope"],
    ["kaimingNormal", () => nn.kaimingNormal([1, 1], random, unknown), "mode, nonlinearity, slope"],
    ["crossEntropy", () => nn.crossEntropy(x, [0, 1], unknown), "reduction, weight, labelSmoothing"],
    ["nllLoss", () => nn.nllLoss(x, [0, 1], unknown), "reduction, weight"],
    ["mseLoss", () => nn.mseLoss(x, x, unknown), "reduction"],
    ["l1Loss", () => nn.l1Loss(x, x, unknown), "reduction"],
    ["huberLoss", () => nn.huberLoss(x, x, unknown), "reduction, delta"],
    ["smoothL1Loss", () => nn.smoothL1Loss(x, x, unknown), "reduction, beta"],
    ["klDivLoss", () => nn.klDivLoss(x, x, unknown), "reduction"],
    ["binaryCrossEntropyWithLogits", () => nn.binaryCrossEntropyWithLogits(x, x, unknown), "reduction, positiveWeight"],
    ["SGD", () => new nn.SGD(parameters(), unknown), "learningRate, momentum, dampening, weightDecay, nesterov"],
    ["Adam", () => new nn.Adam(parameters(), unknown), "learningRate, betas, epsilon, weightDecay"],
    ["AdamW", () => new nn.AdamW(parameters(), unknown), "learningRate, betas, epsilon, weightDecay"],
    [
      "RMSprop",
      () => new nn.RMSprop(parameters(), unknown),
      "learningRate, alpha, epsilon, momentum, centered, weightDecay",
    ],
    ["clipGradNorm", () => nn.clipGradNorm(parameters(), 1, unknown), "type"],
    ["stepDecay", () => nn.stepDecay(1, unknown), "size, gamma"],
    ["cosine", () => nn.cosine(1, unknown), "steps, minimum"],
    ["warmup", () => nn.warmup(1, unknown), "steps, start"],
    ["oneCycle", () => nn.oneCycle(1, unknown), "steps, rising, startDivisor, endDivisor, anneal"],
  ])("%s", (name, call, known) => {
    expect(call).toThrow(new ArgumentError(`${name}: there is no option "unknown"; the options are ${known}`));
  });
});
