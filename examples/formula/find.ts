/** Fits a network to a formula, prunes it, and reads the formula off the network. */
import { type Expansion, formula } from "@polygrad/formats";
import {
  AdamW,
  cosine,
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

const ROWS = 512;
const STEPS = 3000;
const LEARNING_RATE = 0.02;
/** The standard deviation of the initial weights. Larger ones end in worse minima. */
const SPREAD = 0.2;
/**
 * How much the loss may grow by pruning, as a share of the variance of the target: less first, then more, until the
 * network is exact. What a small tolerance keeps is often what one local minimum needs and another does not.
 */
const TOLERANCES = [1e-5, 1e-4, 1e-3, 5e-3];
/** The share of the variance below which a loss counts as exact. */
const EXACT = 1e-7;
/** The formula is printed with three digits, and without terms that are smaller than this. */
const THRESHOLD = 0.005;

/** What was found. */
export interface Found {
  readonly network: string;
  readonly expanded: Expansion;
  /** Of each round of pruning. */
  readonly reports: readonly PruneReport[];
  /** The root of the mean squared error on samples that nothing was trained on, before pruning and after. */
  readonly rmse: readonly [before: number, after: number];
  /** Whether the terms are those of the target, with coefficients that agree to 0.005; undefined if it has none. */
  readonly isRight: boolean | undefined;
}

/** Inputs between -1 and 1, and the values of the target. */
function draw(target: Target, random: Random): Samples {
  const count = target.inputs.length;
  const inputs = uniform([ROWS, count], random, -1, 1);
  const rows = Array.from({ length: ROWS }, (_, r) => [...inputs.data.subarray(r * count, (r + 1) * count)]);
  return { inputs, targets: tensor(rows.map((row) => [valueAt(target, row)])) };
}

/** Looks for a target. Everything follows from the seed. */
export function find(target: Target, seed: number): Found {
  const random = new Random(seed);
  const [train, validation, test] = [draw(target, random), draw(target, random), draw(target, random)];
  const { degree, hidden, inputs } = target;
  const initialiser = (shape: Shape) => normal(shape, random, 0, SPREAD);
  const model = new Sequential(
    new Polynomial(inputs.length, hidden, { degree, initialiser }),
    new Polynomial(hidden, 1, { degree, initialiser }),
  );
  const optimiser = new AdamW(model.parameters(), {
    learningRate: cosine(LEARNING_RATE, { steps: STEPS }),
    weightDecay: 0,
  });
  for (let step = 0; step < STEPS; step++) {
    optimiser.zeroGrad();
    mseLoss(model.forward(train.inputs), train.targets).backward();
    optimiser.step();
  }
  const rmse = () => Math.sqrt(mseLoss(model.forward(test.inputs), test.targets).item());
  const before = rmse();
  const variance = validation.targets.variance().item();
  const reports: PruneReport[] = [];
  for (const share of TOLERANCES) {
    reports.push(prune(model, { train, validation, tolerance: share * variance }));
    if (reports[reports.length - 1].lossAfter < EXACT * variance) break;
  }
  const written = formula(model, { inputs, outputs: [target.output], precision: 3, threshold: THRESHOLD });
  const expanded = written.expand();
  return {
    network: String(written),
    expanded,
    reports,
    rmse: [before, rmse()],
    isRight: isRight(target, expanded),
  };
}

function isRight({ is }: Target, { terms: [terms] }: Expansion): boolean | undefined {
  if (typeof is === "function") return undefined;
  const found = new Map(terms.map(({ powers, coefficient }) => [powers.join(), coefficient]));
  for (const [coefficient, ...powers] of is) found.set(powers.join(), (found.get(powers.join()) ?? 0) - coefficient);
  return [...found.values()].every((difference) => Math.abs(difference) < THRESHOLD);
}
