/** A program evaluated with hyper-dual numbers: one element of the gradient and of the second derivative at a time. */
import { valueAt } from "./draw.ts";
import { constant, type Hyper, mul, sum } from "./hyper.ts";
import { plainOf } from "./leaf.ts";
import { exact, ZERO } from "./part.ts";
import type { Plain } from "./plain.ts";
import { isStep, type Program } from "./program.ts";

/** The direction of the second derivative at element i of a leaf: a multiple of 1/2. */
export function directionAt(leaf: number, i: number): number {
  return Math.round(2 * valueAt(leaf + 1000, i)) / 2;
}

/**
 * The loss L, with d1 its derivative along the direction r, d2 its derivative with respect to one element of one leaf,
 * and d12 that element of H r, where H holds the second derivatives.
 */
export function lossAt({ nodes, weights }: Program, leaf: number, element: number): Hyper {
  const values: Plain[] = [];
  for (const [k, node] of nodes.entries())
    values.push(
      isStep(node)
        ? node.plain(node.inputs.map((input) => values[input]))
        : plainOf(node, (value, i) => ({
            ...constant(value),
            d1: exact(directionAt(k, i)),
            d2: k === leaf && i === element ? exact(1) : ZERO,
          })),
    );
  const terms = [...weights].flatMap(([k, own]) =>
    values[k].items.flatMap((item, i) => (own[i] === 0 ? [] : [mul(item, constant(own[i]))])),
  );
  return sum(terms);
}
