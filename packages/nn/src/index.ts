/** @polygrad/nn: modules, layers, losses, initialisers, optimisers, schedules and metrics. In reading order. */
export { namedParameters, parameters } from "./search.ts";
export { type Buffer, buffer, namedBuffers } from "./buffer.ts";
export { loadStateDict, type StateDict, stateDict } from "./state.ts";
export { type Input, type Layer, Module, namedModules, type Stochastic } from "./module.ts";
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
export { type BasisOptions, variancePreserving, type VariancePreservingOptions } from "./variance-preserving.ts";
export { loretz2024, type PolynomialOptions } from "./polynomial-options.ts";
export { Polynomial } from "./polynomial.ts";
export { BSpline, type BSplineOptions, type GridOptions } from "./spline.ts";
export { RadialBasis, type RadialBasisOptions } from "./radial-basis.ts";
export { LayerNorm } from "./layer-norm.ts";
export type { Tracking } from "./tracking.ts";
export { BatchNorm1d, type BatchNormOptions } from "./batch-norm.ts";
export {
  ELU,
  Flatten,
  GELU,
  LeakyReLU,
  LogSoftmax,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "./activation.ts";
export { Dropout } from "./dropout.ts";
export { RandomState } from "./random-state.ts";
export { Embedding } from "./embedding.ts";
export { Sequential } from "./sequential.ts";
export {
  type ClassLossOptions,
  type CrossEntropyOptions,
  crossEntropy,
  type LossOptions,
  lossValue,
  nllLoss,
  type Reduction,
} from "./loss.ts";
export {
  type HuberLossOptions,
  huberLoss,
  l1Loss,
  mseLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from "./regression-loss.ts";
export {
  type BinaryLossOptions,
  binaryCrossEntropyWithLogits,
  type KLDivLossOptions,
  klDivLoss,
} from "./probability-loss.ts";
export type {
  OptimiserGroup,
  OptimiserKind,
  OptimiserOptions,
  ParameterGroup,
  Schedule,
  ParametersOrGroups,
} from "./optim/group.ts";
export { Optimiser, type ParameterStep } from "./optim/optimiser.ts";
export { SGD, type SGDOptions } from "./optim/sgd.ts";
export { Adam, type AdamOptions, AdamW } from "./optim/adam.ts";
export { RMSprop, type RMSpropOptions } from "./optim/rmsprop.ts";
export { Lion, type LionOptions } from "./optim/lion.ts";
export { cosine, oneCycle, type OneCycleOptions, stepDecay, warmup } from "./optim/schedule.ts";
export { type Plateau, type PlateauOptions, plateau } from "./optim/plateau.ts";
export { clipGradNorm } from "./optim/clip.ts";
export { WeightAverage, type WeightAverageOptions } from "./optim/average.ts";
export { EarlyStopping, type EarlyStoppingOptions } from "./early-stopping.ts";
export type { Metric, MetricState } from "./metrics/metric.ts";
export { Accuracy, TopKAccuracy } from "./metrics/accuracy.ts";
export { ConfusionMatrix } from "./metrics/confusion-matrix.ts";
export { MeanAbsoluteError, MeanSquaredError } from "./metrics/mean-error.ts";
export { R2 } from "./metrics/r2.ts";
export type { PruneOptions, PruneReport, Removed, Samples } from "./prune/settings.ts";
export { prune } from "./prune/prune.ts";
export { summary } from "./summary.ts";
