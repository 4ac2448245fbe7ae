/**
 * Hyper-dual numbers, x + x1 e1 + x2 e2 + x12 e1 e2 with e1^2 = e2^2 = 0: arithmetic with them gives first and second
 * derivatives exactly, not as differences (J. A. Fike & J. J. Alonso, "The development of hyper-dual numbers for exact
 * second-derivative calculations", 2011). Read part.ts first.
 *
 * The library computes derivatives in the reverse order, so its rounding errors differ. But both orders add up the same
 * products of local derivatives along paths through the program, and the size of a part is the sum of their absolute
 * values. Each rounding, in whatever order, is an error of at most u times a part of that sum.
 */
import { exact, type Part, plus, stored, times, UNIT, ZERO } from "./part.ts";

export interface Hyper {
  readonly x: Part;
  readonly d1: Part;
  readonly d2: Part;
  readonly d12: Part;
  /** Whether a comparison on the way here was too close to call: then the library may have taken another branch. */
  readonly uncertain: boolean;
}

export function constant(value: number): Hyper {
  return { x: exact(value), d1: ZERO, d2: ZERO, d12: ZERO, uncertain: false };
}

export function sum(terms: readonly Hyper[]): Hyper {
  return {
    x: stored(plus(...terms.map(({ x }) => x))),
    d1: plus(...terms.map(({ d1 }) => d1)),
    d2: plus(...terms.map(({ d2 }) => d2)),
    d12: plus(...terms.map(({ d12 }) => d12)),
    uncertain: terms.some(({ uncertain }) => uncertain),
  };
}

export function add(a: Hyper, b: Hyper): Hyper {
  return {
    x: stored(plus(a.x, b.x)),
    d1: plus(a.d1, b.d1),
    d2: plus(a.d2, b.d2),
    d12: plus(a.d12, b.d12),
    uncertain: a.uncertain || b.uncertain,
  };
}

export function mul(a: Hyper, b: Hyper): Hyper {
  return {
    x: stored(times(a.x, b.x)),
    d1: plus(times(a.d1, b.x), times(a.x, b.d1)),
    d2: plus(times(a.d2, b.x), times(a.x, b.d2)),
    d12: plus(times(a.d12, b.x), times(a.d1, b.d2), times(a.d2, b.d1), times(a.x, b.d12)),
    uncertain: a.uncertain || b.uncertain,
  };
}

export function neg(a: Hyper): Hyper {
  const minus = ({ value, size, error }: Part): Part => ({ value: -value, size, error });
  return { x: minus(a.x), d1: minus(a.d1), d2: minus(a.d2), d12: minus(a.d12), uncertain: a.uncertain };
}

export function sub(a: Hyper, b: Hyper): Hyper {
  return add(a, neg(b));
}

/** f(a) from f, f' and f'' at a: (f(a))'' = f'(a) a'' + f''(a) a' a'. */
export function chain(a: Hyper, f: Part, first: Part, second: Part): Hyper {
  return {
    x: stored(f),
    d1: times(first, a.d1),
    d2: times(first, a.d2),
    d12: plus(times(first, a.d12), times(second, times(a.d1, a.d2))),
    uncertain: a.uncertain,
  };
}

/** Whether rounding errors may change which of the two is larger. */
export function close(a: Hyper, b: Hyper): boolean {
  return Math.abs(a.x.value - b.x.value) <= (a.x.error + b.x.error) * UNIT;
}

export function doubtful(a: Hyper, doubt: boolean): Hyper {
  return doubt && !a.uncertain ? { ...a, uncertain: true } : a;
}
