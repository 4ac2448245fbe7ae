/** How a check says what it has found. */
import type { Finding } from "../messages.ts";

/** A claim about a solution, examined: `examine` throws if it does not hold. */
export function finding(claim: string, examine: () => void): Finding {
  try {
    examine();
    return { claim, fault: undefined };
  } catch (error) {
    return { claim, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Throws unless both have the same bits, element by element; says where they differ first. */
export function sameBits(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++)
    if (!Object.is(found[i], expected[i]))
      throw new Error(`element ${i} is ${found[i]}, but ${expected[i]} was expected`);
}

/** Throws unless all elements agree to a relative difference of 1e-6. */
export function close(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++)
    if (!(Math.abs(found[i] - expected[i]) <= 1e-6 * Math.max(1, Math.abs(expected[i]))))
      throw new Error(`element ${i} is ${found[i]}, but ${expected[i]} was expected`);
}
