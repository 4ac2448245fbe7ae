/** Mutants that no test can kill, because they compute the same: each with its reason. */

/** A mutant, recognised by its file and its lines before and after the change, and why it survives. */
export interface Explained {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

const WALK = "packages/autograd/src/walk.ts";
const REDUCE = "packages/autograd/src/rules/reduce.ts";
const ADAM = "packages/nn/src/optim/adam.ts";
const POLYNOMIAL = "packages/nn/src/polynomial.ts";

const EARLY = "Only frees memory earlier: the walk visits a variable once, so it never reads that gradient again.";
const STAND_IN = "Stands in for a divisor of 0, and what is divided by it is then replaced by 0.";

export const explained: readonly Explained[] = [
  { file: WALK, before: "gradients.delete(y);", after: "gradients;", reason: EARLY },
  { file: WALK, before: "gradients.delete(y);", after: "{}", reason: EARLY },
  {
    file: REDUCE,
    before: "return keepDims(g, x, axes).mul(isZero.where(0, x.div(isZero.where(1, length))));",
    after: "return keepDims(g, x, axes).mul(isZero.where(0, x.div(isZero.where(2, length))));",
    reason: STAND_IN,
  },
  {
    file: ADAM,
    before: "states: 2,",
    after: "states: 3,",
    reason: "Allocates one more state for each parameter, which the rule neither reads nor writes.",
  },
  {
    file: POLYNOMIAL,
    before: "if (x.rank === 2) return x.polynomial(this.weight);",
    after: "if (Boolean(false)) return x.polynomial(this.weight);",
    reason: "A shortcut: the general way reshapes two axes to the same two axes.",
  },
];
