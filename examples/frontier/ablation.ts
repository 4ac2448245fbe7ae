/** What each part of the best network and of its training gives: it is trained without that part, everything else equal. */
import type { Configuration } from "./recipe.ts";

/** A network or a training that lacks one thing. */
export interface Change {
  readonly name: string;
  readonly change: Partial<Configuration>;
}

/** The changes, each of them alone. The budget stays, so the width changes where a layer takes more parameters. */
export const changes: readonly Change[] = [
  { name: "the best network", change: {} },
  { name: "first layer of degree 3, as in the article", change: { firstDegree: 3 } },
  { name: "degree 1 in all layers", change: { degree: 1 } },
  { name: "monomials", change: { basis: "monomial" } },
  { name: "no tanh before the basis", change: { squash: "none" } },
  { name: "no LayerNorm", change: { norm: false } },
  { name: "constant learning rate, a tenth", change: { schedule: "constant" } },
  { name: "no weight decay", change: { weightDecay: 0 } },
  { name: "no moving average of the weights", change: { average: 0 } },
  { name: "no limit to the gradient's norm", change: { clipNorm: 0 } },
];

/** The configurations of a change. A constant rate is a tenth of the schedule's highest, or it would be too high. */
export function changed(best: Configuration, { change }: Change, seed: number): Configuration {
  const rate = change.schedule === "constant" ? { learningRate: best.learningRate / 10 } : {};
  return { ...best, ...change, ...rate, stage: "tuning", seed };
}
