/** Steps that compute each element from those at the same place: functions, arithmetic, comparisons and choices. */
import type { Draw } from "../draw.ts";
import { ABOVE_ZERO, div, EVERYWHERE, exp, log, pieced, power, WITHIN_ONE } from "../functions.ts";
import { add, close, constant, doubtful, type Hyper, mul, sub } from "../hyper.ts";
import { broadcast, build, count, type Plain, stretched } from "../plain.ts";
import { chained, method, type Pool, type Proposals, type Propose, type Step } from "../step.ts";

/** The most elements that a step may make. */
export const MOST = 200;

export function mapped(x: Plain, f: (a: Hyper) => Hyper): Plain {
  return { shape: x.shape, items: x.items.map(f) };
}

/** f of the elements of two or three arrays that broadcast. */
export function zipped(arrays: readonly Plain[], f: (...elements: readonly Hyper[]) => Hyper): Plain {
  const shape = arrays.reduce<readonly number[]>((all, x) => broadcast(all, x.shape) ?? all, []);
  return build(shape, (index) => f(...arrays.map((x) => stretched(x, index))));
}

/** A step of one variable without options. */
export const unary = (name: string, f: (a: Hyper) => Hyper, x = 0): Step => method(name, [x], [], (a) => mapped(a, f));

/** A step of a variable and a number, x.name(value). */
export const withNumber = (name: string, f: (a: Hyper, b: Hyper) => Hyper, value: number, x = 0): Step =>
  method(name, [x], [value], (a) => mapped(a, (item) => f(item, constant(value))));

/** A variable that broadcasts with x to at most MOST elements. */
export function companion(draw: Draw, pool: Pool, x: number): number {
  const shape = pool.shapes[x];
  const fits = (other: readonly number[]) => {
    const both = broadcast(shape, other);
    return both !== undefined && count(both) <= MOST;
  };
  const found = pool.pick(draw, fits);
  if (found !== undefined && !draw.once(3)) return found;
  const tail = shape.slice(draw.below(shape.length + 1));
  return pool.ofShape(
    draw,
    tail.map((size) => (draw.once(3) ? 1 : size)),
  );
}

/** x.name(y), or x.name(number). */
function binary(name: string, f: (a: Hyper, b: Hyper) => Hyper): Propose {
  return (draw, pool) => {
    const x = pool.pick(draw);
    if (x === undefined) return undefined;
    if (draw.once(4)) return withNumber(name, f, draw.quarter(), x);
    return method(name, [x, companion(draw, pool, x)], [], (a, b) => zipped([a, b], f));
  };
}

/** x.div(d) with a divisor d = y^2 + 1/2, or d.pow(x) with such a base. */
function withPositive(name: string, f: (a: Hyper, b: Hyper) => Hyper): Propose {
  return (draw, pool) => {
    const x = pool.pick(draw);
    if (x === undefined) return undefined;
    const y = companion(draw, pool, x);
    const positive = aboveZero(1);
    const whole = method(name, [0, 1], [], (a, b) => zipped([a, b], f));
    const both = <T>(a: T, b: T): T[] => (name === "pow" ? [b, a] : [a, b]);
    return {
      inputs: [x, y],
      text: ([a, b]) => whole.text(both(a, positive.text([b]))),
      library: ([a, b]) => whole.library(both(a, positive.library([b]))),
      plain: ([a, b]) => whole.plain(both(a, positive.plain([b]))),
    };
  };
}

const aboveZero = (x: number): Step => chained(unary("square", EVERYWHERE.square, x), withNumber("add", add, 0.5));
const withinOne = (x: number): Step => chained(unary("tanh", EVERYWHERE.tanh, x), withNumber("mul", mul, 0.875));

function fromTable(table: Readonly<Record<string, (a: Hyper) => Hyper>>, inDomain?: (x: number) => Step): Proposals {
  const entries = Object.entries(table).map(([name, f]): [string, Propose] => [
    name,
    (draw, pool) => {
      const x = pool.pick(draw);
      if (x === undefined) return undefined;
      return inDomain === undefined ? unary(name, f, x) : chained(inDomain(x), unary(name, f));
    },
  ]);
  return Object.fromEntries(entries);
}

const compared = (a: Hyper, b: Hyper, holds: boolean): Hyper =>
  doubtful({ ...constant(holds ? 1 : 0), uncertain: a.uncertain || b.uncertain }, close(a, b));
const larger = (a: Hyper, b: Hyper): Hyper =>
  doubtful(a.x.value > b.x.value ? a : b, close(a, b) || b.uncertain || a.uncertain);
const smaller = (a: Hyper, b: Hyper): Hyper =>
  doubtful(a.x.value < b.x.value ? a : b, close(a, b) || b.uncertain || a.uncertain);

/** a.gt(b).where(yes, no): the condition is a comparison of two variables. */
const where: Propose = (draw, pool) => {
  const x = pool.pick(draw);
  if (x === undefined) return undefined;
  const [y, yes, no] = [companion(draw, pool, x), companion(draw, pool, x), companion(draw, pool, x)];
  const all = [x, y, yes, no].reduce<readonly number[] | undefined>(
    (shape, k) => shape && broadcast(shape, pool.shapes[k]),
    [],
  );
  if (all === undefined || count(all) > MOST) return undefined;
  const test = method("gt", [x, y], [], (a, b) => zipped([a, b], (p, q) => compared(p, q, p.x.value > q.x.value)));
  const choice = method("where", [0, 1, 2], [], (c, a, b) =>
    zipped([c, a, b], (condition, p, q) => doubtful(condition.x.value === 0 ? q : p, condition.uncertain)),
  );
  return {
    inputs: [x, y, yes, no],
    text: ([a, b, p, q]) => choice.text([test.text([a, b]), p, q]),
    library: ([a, b, p, q]) => choice.library([test.library([a, b]), p, q]),
    plain: ([a, b, p, q]) => choice.plain([test.plain([a, b]), p, q]),
  };
};

const clamp: Propose = (draw, pool) => {
  const x = pool.pick(draw);
  if (x === undefined) return undefined;
  const low = -draw.between(1, 8) / 4;
  const high = draw.once(3) ? Number.POSITIVE_INFINITY : draw.between(1, 8) / 4;
  const limit = pieced(
    (v) => ({ at: [Math.min(Math.max(v, low), high), v > low && v < high ? 1 : 0, 0, 0] }),
    () => [low, high],
  );
  return method("clamp", [x], high < Number.POSITIVE_INFINITY ? [low, high] : [low], (a) => mapped(a, limit));
};

const powerOf: Propose = (draw, pool) => {
  const x = pool.pick(draw);
  const n = draw.between(0, 4);
  return x === undefined ? undefined : method("pow", [x], [n], (a) => mapped(a, power(n)));
};

export const elementwise: Proposals = {
  add: binary("add", add),
  sub: binary("sub", sub),
  mul: binary("mul", mul),
  maximum: binary("maximum", larger),
  minimum: binary("minimum", smaller),
  gt: binary("gt", (a, b) => compared(a, b, a.x.value > b.x.value)),
  le: binary("le", (a, b) => compared(a, b, a.x.value <= b.x.value)),
  div: withPositive("div", div),
  pow: withPositive("pow", (a, b) => exp(mul(b, log(a)))),
  powerOf,
  where,
  clamp,
  ...fromTable(EVERYWHERE),
  ...fromTable(ABOVE_ZERO, aboveZero),
  ...fromTable(WITHIN_ONE, withinOne),
};
