/** The entries of @polygrad/nn that are not modules: initialisers, losses, optimisers, schedules, saved parameters. */
import * as polygrad from "polygrad";
import { tensor, variable } from "polygrad";
import type { Entry } from "./calls.ts";
import { constructing, entry, method, property } from "./entries.ts";
import { TENSORS } from "./hostile.ts";
import * as kinds from "./kinds.ts";
import { changed, type Kind, kind, like, optional, options, word } from "./kinds.ts";
import { fittingInput } from "./layers.ts";

const reduction = { reduction: word("sum") };
const weightShape = kind(() => [2, 3], ["[2, 3]"]);
const kaiming = options({ mode: word("fanOut"), nonlinearity: word("tanh"), slope: kinds.finite });
const labels = kind(() => [0, 2], []);
const classWeight = kind(() => tensor([1, 2, 3]), ["tensor [3]"], ["float64 tensor"]);
const leaf = () => variable(tensor([1, 2]));
const trained = () => {
  const x = leaf();
  x.square().sum().backward();
  return [x];
};
const parameters = kind(trained, [], ["[a variable]"]);
/** Parameters that an optimiser may lack. */
const someParameters = changed(parameters, ["[]", "[a variable]", '""', "a string object", "a map"], "open");
const rate = changed(kinds.finiteFrom0, ["a function", "an untouchable"], "open");
const decays = { weightDecay: kinds.finiteFrom0 };
const adam = options({ learningRate: rate, betas: kind(() => [0.8, 0.9], []), epsilon: kinds.finiteFrom0, ...decays });
/** Options of which one must be given. */
const needed = (all: Kind): Kind => changed(all, ["undefined", "{}", "an object without a prototype"], "refused");

class Descent extends polygrad.Optimiser {
  protected update(): void {}
}

const descent = () => new Descent(trained(), { learningRate: 0.1 }, { name: "Descent", defaults: { learningRate: 1 } });

const averaged = () => {
  const average = new polygrad.WeightAverage(trained());
  average.update();
  return average;
};

/** Samples for a layer with one input. */
const samples = (): polygrad.Samples => ({ inputs: tensor([[1], [2], [3]]), targets: tensor([[0], [1], [0]]) });
const pruning = needed(
  options(
    {
      train: kind(samples, [], ["a function", "an untouchable"]),
      validation: kind(samples, []),
      tolerance: kinds.finiteFrom0,
      loss: optional(kind(() => polygrad.l1Loss, [])),
      learningRate: optional(changed(kinds.finiteAbove0, ["1e300", "2^53 - 1", "1e15", "2^40", "2^31"], "open")),
      patience: optional(
        kind(
          () => 1,
          kinds.positive.cases.filter(({ fate }) => fate === "accepted").map(({ name }) => name),
        ),
      ),
      degrees: optional(kinds.flag),
    },
    { steps: 2 },
  ),
);

export const trainingEntries: Readonly<Record<string, Entry>> = {
  prune: entry(
    polygrad.prune,
    kind(() => new polygrad.Polynomial(1, 1), []),
    pruning,
  ),
  manualSeed: entry(polygrad.manualSeed, kinds.integer),
  gain: entry(polygrad.gain, word("leakyRelu"), optional(kinds.finite)),
  xavierUniform: entry(polygrad.xavierUniform, weightShape, kinds.random, optional(kinds.finite)),
  xavierNormal: entry(polygrad.xavierNormal, weightShape, kinds.random, optional(kinds.finite)),
  kaimingUniform: entry(polygrad.kaimingUniform, weightShape, kinds.random, kaiming),
  kaimingNormal: entry(polygrad.kaimingNormal, weightShape, kinds.random, kaiming),
  linearUniform: entry(polygrad.linearUniform, kinds.list, kinds.random, kinds.integer),
  polynomialUniform: entry(polygrad.polynomialUniform, changed(kinds.list, ["[]"], "refused"), kinds.random),
  variancePreserving: entry(
    polygrad.variancePreserving,
    options({ basis: word("hermite"), squash: word("tanh"), damping: kinds.finite }),
  ),
  crossEntropy: entry(
    polygrad.crossEntropy,
    fittingInput,
    labels,
    options({ ...reduction, weight: classWeight, labelSmoothing: kinds.share }),
  ),
  nllLoss: entry(polygrad.nllLoss, fittingInput, labels, options({ ...reduction, weight: classWeight })),
  mseLoss: entry(polygrad.mseLoss, fittingInput, fittingInput, options(reduction)),
  l1Loss: entry(polygrad.l1Loss, fittingInput, fittingInput, options(reduction)),
  huberLoss: entry(
    polygrad.huberLoss,
    fittingInput,
    fittingInput,
    options({ ...reduction, delta: kinds.finiteAbove0 }),
  ),
  smoothL1Loss: entry(
    polygrad.smoothL1Loss,
    fittingInput,
    fittingInput,
    options({ ...reduction, beta: kinds.finiteAbove0 }),
  ),
  binaryCrossEntropyWithLogits: entry(
    polygrad.binaryCrossEntropyWithLogits,
    fittingInput,
    fittingInput,
    options({ ...reduction, positiveWeight: changed(kinds.finiteFrom0, TENSORS, "open") }),
  ),
  klDivLoss: entry(polygrad.klDivLoss, fittingInput, fittingInput, options(reduction)),
  lossValue: entry(
    polygrad.lossValue,
    kind(() => variable(2), ["variable []", "constant of a number"]),
    kinds.integer,
  ),
  SGD: constructing(
    polygrad.SGD,
    parameters,
    options({
      learningRate: rate,
      momentum: changed(kinds.finiteFrom0, ["0", "-0"], "open"),
      dampening: like(
        changed(
          kinds.finite,
          kinds.finite.cases.map(({ name }) => name).filter((name) => name !== "0"),
          "open",
        ),
        () => 0,
      ),
      ...decays,
      nesterov: kinds.flag,
    }),
  ),
  Adam: constructing(polygrad.Adam, parameters, adam),
  AdamW: constructing(polygrad.AdamW, parameters, adam),
  RMSprop: constructing(
    polygrad.RMSprop,
    parameters,
    options({
      learningRate: rate,
      alpha: kinds.belowOne,
      epsilon: kinds.finiteFrom0,
      momentum: kinds.finiteFrom0,
      centered: kinds.flag,
      ...decays,
    }),
  ),
  Lion: constructing(
    polygrad.Lion,
    parameters,
    options({ learningRate: rate, betas: kind(() => [0.8, 0.9], []), ...decays }),
  ),
  "Adam (of groups)": entry(
    (group: never, option: never) => new polygrad.Adam([{ parameters: trained() }, group], option),
    needed(options({ parameters: someParameters, learningRate: rate, ...decays })),
    adam,
  ),
  ...Object.fromEntries(
    Object.entries({ SGD: polygrad.SGD, RMSprop: polygrad.RMSprop, Lion: polygrad.Lion }).map(
      ([name, Class]): [string, Entry] => [`${name}.update`, method(() => new Class(trained()), "step")],
    ),
  ),
  Optimiser: constructing(
    Descent,
    parameters,
    options({ learningRate: rate }),
    kind(() => ({ name: "Descent", defaults: { learningRate: 1 } }), []),
  ),
  "Optimiser.step": method(descent, "step"),
  "Optimiser.step (with a learning rate that was set)": entry(
    (learningRate: never) => Object.assign(descent(), { learningRate }).step(),
    changed(kinds.finiteFrom0, ["a function"], "accepted"),
  ),
  "Optimiser.step (with the rate that a schedule returned)": entry((learningRate: never) => {
    const optimiser = descent();
    optimiser.learningRate = () => learningRate;
    optimiser.step();
  }, kinds.finiteFrom0),
  "Optimiser.stateDict": method(descent, "stateDict"),
  "Optimiser.loadStateDict": method(
    descent,
    "loadStateDict",
    kind(() => descent().stateDict(), []),
  ),
  "Optimiser.learningRate": property(
    descent,
    "learningRate",
    changed(kinds.anyNumber, ["a function", "an untouchable"], "accepted"),
  ),
  "Optimiser.zeroGrad": method(descent, "zeroGrad"),
  "Optimiser.currentRate": property(descent, "currentRate"),
  "loadStateDict (an entry of the state)": entry(
    (bias: never) => polygrad.loadStateDict({ bias: variable([1, 2, 3]) }, { bias }),
    kind(() => tensor([4, 5, 6]), ["tensor [3]", "tensor with NaN"]),
  ),
  clipGradNorm: entry(
    polygrad.clipGradNorm,
    someParameters,
    kinds.from0,
    options({ type: changed(kinds.above0, ["2^31", "2^40", "1e15", "2^53 - 1", "1e300"], "open") }),
  ),
  stepDecay: entry(
    polygrad.stepDecay,
    kinds.finiteFrom0,
    needed(options({ size: kinds.positive, gamma: kinds.finiteFrom0 })),
  ),
  cosine: entry(
    polygrad.cosine,
    kinds.finiteFrom0,
    needed(options({ steps: kinds.positive, minimum: kinds.finiteFrom0 })),
  ),
  warmup: entry(
    polygrad.warmup,
    changed(kinds.finiteFrom0, ["a function", "an untouchable"], "accepted"),
    needed(options({ steps: kinds.positive, start: kinds.share })),
  ),
  oneCycle: entry(
    polygrad.oneCycle,
    kinds.finiteFrom0,
    needed(
      options({
        steps: kinds.positive,
        rising: kinds.share,
        startDivisor: kinds.finiteAbove0,
        endDivisor: kinds.finiteAbove0,
        anneal: word("linear"),
      }),
    ),
  ),
  plateau: entry(
    polygrad.plateau,
    kinds.finiteFrom0,
    options({
      mode: word("max"),
      factor: kinds.share,
      patience: kinds.integer,
      threshold: kinds.belowOne,
      minimum: kinds.finiteFrom0,
    }),
  ),
  "plateau(...).report": method(() => polygrad.plateau(1), "report", kinds.finite),
  "plateau(...).stateDict": method(() => polygrad.plateau(1), "stateDict"),
  "plateau(...).loadStateDict": method(
    () => polygrad.plateau(1),
    "loadStateDict",
    kind(() => polygrad.plateau(2).stateDict(), []),
  ),
  WeightAverage: constructing(polygrad.WeightAverage, someParameters, options({ decay: kinds.belowOne })),
  "WeightAverage.updates": property(averaged, "updates"),
  "WeightAverage.update": method(averaged, "update"),
  "WeightAverage.swap": method(averaged, "swap"),
  "WeightAverage.applied": method(averaged, "applied", changed(kinds.callable, ["an untouchable"], "open")),
  "WeightAverage.stateDict": method(averaged, "stateDict"),
  "WeightAverage.loadStateDict": method(
    averaged,
    "loadStateDict",
    kind(() => averaged().stateDict(), []),
  ),
  ...Object.fromEntries(
    Object.entries({
      plateau: () => polygrad.plateau(1),
      stepDecay: () => polygrad.stepDecay(1, { size: 2 }),
      cosine: () => polygrad.cosine(1, { steps: 2 }),
      warmup: () => polygrad.warmup(1, { steps: 2 }),
      oneCycle: () => polygrad.oneCycle(1, { steps: 2 }),
    }).map(([name, make]): [string, Entry] => [
      `${name}(...)(step)`,
      entry(
        (step: never) => make()(step),
        like(
          changed(kinds.integer, ["2^31", "2^40", "1e15", "2^53 - 1"], name === "oneCycle" ? "refused" : "accepted"),
          () => 1,
        ),
      ),
    ]),
  ),
};
