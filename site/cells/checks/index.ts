/** The exercises of the book: what a solution must do. */
import type { Finding } from "../messages.ts";
import type { Exports } from "../program.ts";

/** Looks at what the reader's program exports. */
export type Check = (exports: Exports) => readonly Finding[];

export const exercises: Readonly<Record<string, Check>> = {};
