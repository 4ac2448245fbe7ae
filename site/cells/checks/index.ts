/** The exercises of the book: what a solution must do. */
import type { Finding } from "../messages.ts";
import type { Exports } from "../program.ts";
import { key } from "./key.ts";
import { kernel } from "./kernel.ts";
import { layer } from "./layer.ts";
import { op } from "./op.ts";
import { optimiser } from "./optimiser.ts";
import { rule } from "./rule.ts";
import { scale } from "./scale.ts";
import { shards } from "./shards.ts";
import { source } from "./source.ts";

/** Looks at what the reader's program exports. */
export type Check = (exports: Exports) => readonly Finding[];

/** By the name that a cell gives in its attribute `exercise`. */
export const exercises: Readonly<Record<string, Check>> = {
  op,
  kernel,
  rule,
  optimiser,
  layer,
  scale,
  source,
  shards,
  key,
};
