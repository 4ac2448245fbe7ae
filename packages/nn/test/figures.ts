/** The figures computed by PyTorch (figures/README.md), typed, and what it means to agree with them. */
import { readFileSync } from "node:fs";
import { type Basis, type NestedArray, type Squash, type Tensor, tensor } from "@polygrad/tensor";
import { expect } from "vitest";
import {
  type HuberLossOptions,
  type KLDivLossOptions,
  type OneCycleOptions,
  oneCycle,
  type PlateauOptions,
  type RMSpropOptions,
  type Schedule,
  type SmoothL1LossOptions,
} from "../src/index.ts";

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`figures/${name}.json`, import.meta.url), "utf8"));
}

/** Arrays by the names of parameters. */
export type Named = Readonly<Record<string, NestedArray>>;

/** A layer and its options. */
type LayerOptions =
  | { layer: "Linear"; options: { inFeatures: number; outFeatures: number; bias: boolean } }
  | { layer: "LayerNorm"; options: { normalizedShape: number[]; eps: number } }
  | {
      layer: "Polynomial";
      options: {
        inFeatures: number;
        outFeatures: number;
        degree: number;
        elementwise?: boolean;
        basis?: Basis;
        squash?: Squash;
      };
    }
  | { layer: "ReLU" | "GELU" | "Tanh" | "Sigmoid" | "SiLU" | "Softplus" | "Flatten"; options: object }
  | { layer: "ELU"; options: { alpha: number } }
  | { layer: "LeakyReLU"; options: { negativeSlope: number } }
  | { layer: "Embedding"; options: { numEmbeddings: number; embeddingDim: number } }
  | { layer: "softmax" | "logSoftmax"; options: { axis: number } };

export type LayerCase = LayerOptions & {
  readonly name: string;
  readonly parameters: Named;
  readonly input: NestedArray;
  readonly output: NestedArray;
  readonly gradOutput: NestedArray;
  /** Absent if the input consists of indices. */
  readonly gradInput?: NestedArray;
  readonly gradParameters: Named;
  readonly float32Deviation: number;
};

export const layers: { readonly cases: readonly LayerCase[] } = read("layers");

/** E[phi_k(squash(x))^2] for x ~ N(0, 1) and each of the degrees k. */
export const meanSquares: {
  readonly cases: readonly {
    readonly basis: Basis;
    readonly squash: Squash;
    readonly degrees: readonly number[];
    readonly squares: readonly number[];
  }[];
} = read("mean_squares");

/** What batch normalisation gives for one batch, and its running statistics after it. */
export interface BatchNormStep {
  readonly output: NestedArray;
  readonly gradInput: NestedArray;
  readonly gradWeight?: NestedArray;
  readonly gradBias?: NestedArray;
  readonly runningMean?: NestedArray;
  readonly runningVariance?: NestedArray;
}

export interface BatchNormCase {
  readonly name: string;
  readonly features: number;
  readonly options: {
    readonly affine: boolean;
    readonly momentum?: number;
    readonly eps?: number;
    readonly trackRunningStatistics?: boolean;
  };
  readonly parameters: Named;
  readonly batches: readonly NestedArray[];
  readonly gradOutputs: readonly NestedArray[];
  /** One for each batch in training, then one for the last batch in evaluation. */
  readonly steps: readonly BatchNormStep[];
  readonly float32Deviation: number;
}

export const batchNorm: { readonly cases: readonly BatchNormCase[] } = read("batch_norm");

interface LossFigures {
  readonly name: string;
  readonly input: NestedArray;
  readonly loss: NestedArray;
  readonly gradOutput: NestedArray;
  readonly gradInput: NestedArray;
  readonly float32Deviation: number;
}

interface LossOptions {
  readonly reduction: "mean" | "sum" | "none";
  readonly labelSmoothing?: number;
  readonly weight?: readonly number[];
  readonly posWeight?: readonly number[];
}

export type LossCase = LossFigures &
  (
    | { readonly function: "crossEntropy" | "nllLoss"; options: LossOptions; readonly target: readonly number[] }
    | {
        readonly function: "mseLoss" | "l1Loss" | "binaryCrossEntropyWithLogits";
        options: LossOptions;
        readonly target: NestedArray;
      }
    | { readonly function: "huberLoss"; options: HuberLossOptions; readonly target: NestedArray }
    | { readonly function: "smoothL1Loss"; options: SmoothL1LossOptions; readonly target: NestedArray }
    | { readonly function: "klDivLoss"; options: KLDivLossOptions; readonly target: NestedArray }
  );

export const losses: { readonly cases: readonly LossCase[] } = read("losses");

export interface OptimiserOptions {
  readonly lr?: number;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly alpha?: number;
  readonly centered?: boolean;
}

/** PyTorch's options of RMSprop in our words; what is not given is left to our defaults, which are to be PyTorch's. */
export function rmspropOf({ lr, eps, alpha, centered, momentum, weightDecay }: OptimiserOptions): RMSpropOptions {
  return {
    ...(lr !== undefined && { learningRate: lr }),
    ...(eps !== undefined && { epsilon: eps }),
    ...(alpha !== undefined && { alpha }),
    ...(centered !== undefined && { centered }),
    ...(momentum !== undefined && { momentum }),
    ...(weightDecay !== undefined && { weightDecay }),
  };
}

export interface OptimiserCase {
  readonly name: string;
  readonly optimiser: "SGD" | "Adam" | "AdamW" | "RMSprop";
  readonly options: OptimiserOptions;
  /** After each step. */
  readonly parameters: Readonly<Record<"a" | "b", readonly NestedArray[]>>;
  readonly float32Deviation: number;
}

export interface ClipCase {
  readonly name: string;
  readonly maxNorm: number;
  readonly normType: number | "infinity";
  readonly gradients: Named;
  readonly norm: number;
  readonly clipped: Named;
}

export const optimisers: {
  readonly start: Readonly<Record<"a" | "b", NestedArray>>;
  readonly gradients: Readonly<Record<"a" | "b", readonly NestedArray[]>>;
  readonly cases: readonly OptimiserCase[];
  readonly clipGradNorm: readonly ClipCase[];
} = read("optimisers");

type ScheduleOptions =
  | { schedule: "StepLR"; options: { lr: number; stepSize: number; gamma: number } }
  | { schedule: "CosineAnnealingLR"; options: { lr: number; tMax: number; etaMin: number } }
  | { schedule: "OneCycleLR"; options: OneCycleCase }
  | { schedule: "LinearLR"; options: { lr: number; startFactor: number; totalIters: number } }
  | {
      schedule: "SequentialLR";
      options: { lr: number; milestone: number; startFactor: number; totalIters: number; tMax: number; etaMin: number };
    };

export interface OneCycleCase {
  readonly maxLr: number;
  readonly totalSteps: number;
  readonly annealStrategy?: "cos" | "linear";
  readonly pctStart?: number;
  readonly divFactor?: number;
  readonly finalDivFactor?: number;
}

export type ScheduleCase = ScheduleOptions & { readonly name: string; readonly rates: readonly number[] };

export interface PlateauCase {
  readonly name: string;
  readonly options: PlateauOptions;
  readonly values: readonly number[];
  readonly rates: readonly number[];
}

export const schedules: { readonly cases: readonly ScheduleCase[]; readonly plateaus: readonly PlateauCase[] } =
  read("schedules");

export const averages: {
  readonly values: readonly NestedArray[];
  readonly cases: readonly {
    readonly name: string;
    readonly decay: number;
    readonly averages: readonly NestedArray[];
  }[];
} = read("averages");

type Spread = "linear" | "tanh" | "relu" | "leakyRelu" | "sigmoid" | "selu";

type InitOptions =
  | { name: "xavierUniform" | "xavierNormal"; options: { gain: number } }
  | {
      name: "kaimingUniform" | "kaimingNormal";
      options: { mode: "fanIn" | "fanOut"; nonlinearity: Spread; a?: number };
    };

export type InitCase = InitOptions & {
  readonly shape: readonly number[];
  readonly bound?: number;
  readonly std?: number;
};

export const init: {
  readonly cases: readonly InitCase[];
  readonly gains: readonly { readonly nonlinearity: Spread; readonly a?: number; readonly gain: number }[];
  readonly linear: readonly {
    readonly inFeatures: number;
    readonly outFeatures: number;
    readonly weightBound: number;
    readonly biasBound: number;
  }[];
} = read("init");

export interface TrainingRun {
  readonly name: string;
  readonly network: "LINEAR" | "POLY";
  readonly optimiser: "Adam" | "AdamW" | "RMSprop";
  readonly options: OptimiserOptions & { readonly lr: number };
  readonly oneCycle?: OneCycleCase;
  readonly clipGradNorm?: { readonly maxNorm: number };
  readonly initialState: Named;
  readonly finalState: Named;
  readonly learningRates: readonly number[];
  readonly losses: readonly number[];
  readonly gradientNorms?: readonly number[];
}

export const training: {
  readonly inputs: readonly NestedArray[];
  readonly labels: readonly (readonly number[])[];
  readonly runs: readonly TrainingRun[];
} = read("training");

/** PyTorch's OneCycleLR in our words; what is not given is left to our defaults, which are to be PyTorch's. */
export function oneCycleOf({
  totalSteps,
  annealStrategy,
  pctStart,
  divFactor,
  finalDivFactor,
  maxLr,
}: OneCycleCase): Schedule {
  const options: OneCycleOptions = {
    steps: totalSteps,
    ...(annealStrategy && { anneal: annealStrategy === "cos" ? "cosine" : "linear" }),
    ...(pctStart !== undefined && { rising: pctStart }),
    ...(divFactor !== undefined && { startDivisor: divFactor }),
    ...(finalDivFactor !== undefined && { endDivisor: finalDivFactor }),
  };
  return oneCycle(maxLr, options);
}

/** Asserts the shape, and |got - wanted| <= tolerance max(1, |wanted|) for all elements, as the deviations are given. */
export function expectFigures(what: string, got: Tensor, wanted: NestedArray, tolerance: number): void {
  const figures = tensor(wanted);
  expect(got.shape, what).toEqual(figures.shape);
  const values = got.clone().data;
  for (let i = 0; i < values.length; i++) {
    const error = Math.abs(values[i] - figures.data[i]) / Math.max(1, Math.abs(figures.data[i]));
    if (!(error <= tolerance))
      expect.fail(`${what}[${i}] is ${values[i]}, but PyTorch says ${figures.data[i]} (apart by ${error})`);
  }
}
