/** What a cell and the worker that runs its program say to each other. */

/** To the worker: a program, and which exercise it is to solve, if any. */
export interface Run {
  readonly code: string;
  readonly exercise?: string;
}

/** One thing that a solution must do, and whether it does. */
export interface Finding {
  readonly claim: string;
  /** Why not; undefined if it does. */
  readonly fault: string | undefined;
}

/** From the worker. `done` or `failed` comes last. */
export type Report =
  | { readonly type: "printed"; readonly text: string }
  | { readonly type: "found"; readonly findings: readonly Finding[] }
  | { readonly type: "done"; readonly milliseconds: number }
  | { readonly type: "failed"; readonly message: string };
