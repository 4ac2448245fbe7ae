/** What can go wrong with a graph. Every error says which operation refused, what arrived, and what to do. */

/** A graph that cannot be differentiated: used up, without gradients, or with a seed of the wrong shape. */
export class GradientError extends Error {
  override readonly name: string = "GradientError";
}
