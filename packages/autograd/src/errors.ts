/** The error of differentiation. Its message names the operation, says what arrived, and gives the fix. */

/**
 * A graph that cannot be differentiated: it has been freed, requires no gradients, or got a seed of the wrong shape.
 */
export class GradientError extends Error {
  override readonly name: string = "GradientError";
}
