/** All operations that a program may use. */
import type { Proposals } from "../step.ts";
import { elementwise } from "./elementwise.ts";
import { joins } from "./joins.ts";
import { normalisers } from "./normalisers.ts";
import { polynomials } from "./polynomials.ts";
import { products } from "./products.ts";
import { reductions } from "./reductions.ts";
import { views } from "./views.ts";

/** By kind, so that each kind is equally likely. */
export const KINDS: readonly Proposals[] = [
  views,
  elementwise,
  reductions,
  joins,
  { ...products, ...polynomials },
  normalisers,
];
