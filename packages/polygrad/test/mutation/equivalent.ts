/** Mutants that no test can kill, because they compute the same, or that need not be: each with its reason. */

/** A mutant, recognised by its file and its lines before and after the change, and why it may survive. */
export interface Explained {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

export const explained: readonly Explained[] = [];
