/** Fits a network to a formula, prunes it, and reads the formula off the network. */
import { type Expansion, type Formula, formula, weightsSha256 } from "@polygrad/formats";
import {
  AdamW,
  cosine,
  loretz2024,
  mseLoss,
  normal,
  Polynomial,
  type PruneReport,
  prune,
  Random,
  type Samples,
  Sequential,
  type Shape,
  tensor,
  uniform,
} from "polygrad";
import { type Target, valueAt } from "./targets.ts";

/** What all runs have in common. */
export const settings = {
  /** The number of samples for each of training, validation and test. */
  rows: 512,
  steps: 3000,
  learningRate: 0.02,
  /** The standard deviation of the initial weights. Larger ones end in worse minima. */
  spread: 0.2,
  /**
   * How much the loss may grow by pruning, as a share of the variance of the target: less first, then more, until the
   * network is exact. What a small tolerance keeps is often what one local minimum needs and another does not.
   */
  tolerances: [1e-5, 1e-4, 1e-3, 5e-3],
  pruningSteps: 200,
  /** The share of the variance below which a loss counts as exact. */
  exact: 1e-7,
  /** How far a coefficient may be from the truth; the formula is printed without terms that are smaller than this. */
  threshold: 0.005,
} as const;

/** A network that was trained on a formula's values, and the samples. */
export interface Fitted {
  readonly target: Target;
  readonly model: Sequential;
  readonly train: Samples;
  readonly validation: Samples;
  /** Samples for which nothing was trained or chosen. */
  readonly test: Samples;
}

/** What was found. */
export interface Found {
  /** The pruned network, exactly. */
  readonly network: Formula;
  /** The same multiplied out, to be printed with three digits; its terms are not rounded. */
  readonly expanded: Expansion;
  /** Whether the terms are those of the target, with coefficients that agree to 0.005; undefined if it has none. */
  readonly isRight: boolean | undefined;
  /** How far the coefficient that is furthest from the truth is from it, before pruning and after; NaN if there is none. */
  readonly furthest: readonly [before: number, after: number];
  readonly coefficients: readonly [before: number, after: number];
  /** The root of the mean squared error on the test samples, before pruning and after. */
  readonly error: readonly [before: number, after: number];
  /** The largest difference on the test samples between the pruned network, in float32, and the expanded formula. */
  readonly difference: number;
  /** Of pruning: how many rounds there were, and all steps of fine-tuning. */
  readonly rounds: number;
  readonly steps: number;
  readonly weightsSha256: string;
}

/** Looks for a target. Everything follows from the seed. */
export async function find(target: Target, seed: number): Promise<Found> {
  const fitted = fit(target, seed);
  const [errorBefore, furthestBefore] = [errorOf(fitted), furthest(target, expansionOf(fitted))];
  const reports = shorten(fitted);
  const expanded = expansionOf(fitted);
  const furthestAfter = furthest(target, expanded);
  return {
    network: formula(fitted.model, { inputs: target.inputs, outputs: [target.output] }),
    expanded,
    isRight: typeof target.is === "function" ? undefined : furthestAfter < settings.threshold,
    furthest: [furthestBefore, furthestAfter],
    coefficients: [reports[0].coefficientsBefore, reports[reports.length - 1].coefficientsAfter],
    error: [errorBefore, errorOf(fitted)],
    difference: differenceOf(fitted, expanded),
    rounds: reports.length,
    steps: reports.reduce((sum, { steps }) => sum + steps, 0),
    weightsSha256: await weightsSha256(fitted.model),
  };
}

/** Inputs between -1 and 1, and the values of the target. */
function draw(target: Target, random: Random): Samples {
  const count = target.inputs.length;
  const inputs = uniform([settings.rows, count], random, -1, 1);
  return { inputs, targets: tensor(rowsOf(inputs.data, count).map((row) => [valueAt(target, row)])) };
}

function rowsOf(values: Samples["inputs"]["data"], count: number): number[][] {
  return Array.from({ length: settings.rows }, (_, r) => [...values.subarray(r * count, (r + 1) * count)]);
}

/** Trains a network. */
export function fit(target: Target, seed: number, steps: number = settings.steps): Fitted {
  const random = new Random(seed);
  const [train, validation, test] = [draw(target, random), draw(target, random), draw(target, random)];
  const { degree, hidden, inputs } = target;
  const initialiser = (shape: Shape) => normal(shape, random, 0, settings.spread);
  const model = new Sequential(
    new Polynomial(inputs.length, hidden, { ...loretz2024, degree, initialiser }),
    new Polynomial(hidden, 1, { ...loretz2024, degree, initialiser }),
  );
  const optimiser = new AdamW(model.parameters(), {
    learningRate: cosine(settings.learningRate, { steps }),
    weightDecay: 0,
  });
  for (let step = 0; step < steps; step++) {
    optimiser.zeroGrad();
    mseLoss(model.forward(train.inputs), train.targets).backward();
    optimiser.step();
  }
  return { target, model, train, validation, test };
}

/** Prunes a network round by round, and returns the report of each. */
export function shorten({ model, train, validation }: Fitted, steps: number = settings.pruningSteps): PruneReport[] {
  const variance = validation.targets.variance().item();
  const reports: PruneReport[] = [];
  for (const share of settings.tolerances) {
    reports.push(prune(model, { train, validation, tolerance: share * variance, steps }));
    if (reports[reports.length - 1].lossAfter < settings.exact * variance) break;
  }
  return reports;
}

/** The network as one polynomial. */
export function expansionOf({ target, model }: Fitted): Expansion {
  const { threshold } = settings;
  return formula(model, { inputs: target.inputs, outputs: [target.output], precision: 3, threshold }).expand();
}

export function errorOf({ model, test }: Fitted): number {
  return Math.sqrt(mseLoss(model.forward(test.inputs), test.targets).item());
}

function differenceOf({ model, target, test }: Fitted, { terms: [terms] }: Expansion): number {
  const outputs = model.forward(test.inputs).value.clone().data;
  const is = terms.map(({ coefficient, powers }) => [coefficient, ...powers] as const);
  const values = rowsOf(test.inputs.data, target.inputs.length).map((row) => valueAt({ is }, row));
  return Math.max(...values.map((value, r) => Math.abs(value - outputs[r])));
}

/** The largest difference between a coefficient of the expansion and that of the target, which may be 0. */
export function furthest({ is }: Target, { terms: [terms] }: Expansion): number {
  if (typeof is === "function") return Number.NaN;
  const found = new Map(terms.map(({ powers, coefficient }) => [powers.join(), coefficient]));
  for (const [coefficient, ...powers] of is) found.set(powers.join(), (found.get(powers.join()) ?? 0) - coefficient);
  return Math.max(...Array.from(found.values(), Math.abs));
}
