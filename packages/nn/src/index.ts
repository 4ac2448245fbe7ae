/** @polygrad/nn: modules, layers, losses, initialisers, optimisers and schedules. In reading order. */
export {
  type Input,
  type Layer,
  loadStateDict,
  Module,
  namedModules,
  namedParameters,
  parameters,
  type StateDict,
  type Stochastic,
  stateDict,
} from "./module.ts";
export {
  gain,
  type Initialiser,
  type KaimingOptions,
  kaimingNormal,
  kaimingUniform,
  linearUniform,
  manualSeed,
  type Nonlinearity,
  polynomialUniform,
  xavierNormal,
  xavierUniform,
} from "./init.ts";
export { Linear, type LinearOptions } from "./linear.ts";
export { Polynomial, type PolynomialOptions } from "./polynomial.ts";
export { LayerNorm } from "./layer-norm.ts";
export { Dropout, Flatten, GELU, ReLU, Sigmoid, Tanh } from "./activation.ts";
export { Sequential } from "./sequential.ts";
export * from "./loss.ts";
export { Optimiser, type OptimiserOptions, type ParameterStep, type Schedule } from "./optim/optimiser.ts";
export { SGD, type SGDOptions } from "./optim/sgd.ts";
export { Adam, type AdamOptions, AdamW } from "./optim/adam.ts";
export { cosine, oneCycle, type OneCycleOptions, stepDecay, warmup } from "./optim/schedule.ts";
export { clipGradNorm } from "./optim/clip.ts";
export { summary } from "./summary.ts";
