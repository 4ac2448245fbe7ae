/** Steps that read the same elements in another shape or order. */
import { sum } from "../hyper.ts";
import { at, build, count, inserted, type Plain, replaced, stretched, without } from "../plain.ts";
import { method, type Proposals } from "../step.ts";
import { MOST } from "./elementwise.ts";

const reread = (x: Plain, shape: readonly number[]): Plain => ({ shape, items: x.items });
const hasAxes = (shape: readonly number[]): boolean => shape.length > 0;
/** An axis as the library also accepts it: counted from the end. */
const alias = (axis: number, rank: number, fromEnd: boolean): number => (fromEnd ? axis - rank : axis);

/** The positions that Python's `range` of a slice visits. */
function positions(size: number, start: number | undefined, stop: number | undefined, step: number): number[] {
  const fixed = (p: number) => (p < 0 ? p + size : p);
  const visited: number[] = [];
  if (step > 0) {
    const end = Math.min(stop === undefined ? size : fixed(stop), size);
    for (let p = Math.max(start === undefined ? 0 : fixed(start), 0); p < end; p += step) visited.push(p);
  } else {
    const end = stop === undefined ? -1 : Math.max(fixed(stop), -1);
    for (let p = Math.min(start === undefined ? size - 1 : fixed(start), size - 1); p > end; p += step) visited.push(p);
  }
  return visited;
}

export const views: Proposals = {
  permute(draw, pool) {
    const x = pool.pick(draw);
    if (x === undefined) return undefined;
    const order = draw.order(pool.shapes[x].length);
    return method("permute", [x], [order], (a) =>
      build(
        order.map((axis) => a.shape[axis]),
        (index) =>
          at(
            a,
            a.shape.map((_, axis) => index[order.indexOf(axis)]),
          ),
      ),
    );
  },
  transpose(draw, pool) {
    const x = pool.pick(draw, (shape) => shape.length >= 2);
    if (x === undefined) return undefined;
    const rank = pool.shapes[x].length;
    const [i, j] = [draw.below(rank), draw.below(rank)];
    const swapped = (list: readonly number[]) => replaced(replaced(list, i, list[j]), j, list[i]);
    return method("transpose", [x], [alias(i, rank, draw.once(2)), j], (a) =>
      build(swapped(a.shape), (index) => at(a, swapped(index))),
    );
  },
  slice(draw, pool) {
    const x = pool.pick(draw, hasAxes);
    if (x === undefined) return undefined;
    const shape = pool.shapes[x];
    const axis = draw.below(shape.length);
    const size = shape[axis];
    const [first, last] = [draw.between(-size - 1, size + 1), draw.between(-size - 1, size + 1)];
    const [start, stop] = [draw.once(2) ? first : undefined, draw.once(2) ? last : undefined];
    const step = draw.of([1, -1, 2, -2, 3]);
    const visited = positions(size, start, stop, step);
    return method("slice", [x], [axis, start, stop, step], (a) =>
      build(replaced(shape, axis, visited.length), (index) => at(a, replaced(index, axis, visited[index[axis]]))),
    );
  },
  intoSlice(draw, pool) {
    const x = pool.pick(draw, hasAxes);
    if (x === undefined) return undefined;
    const shape = pool.shapes[x];
    const axis = draw.below(shape.length);
    const step = draw.of([1, 2, -1, -2]);
    const [size, gap, before] = [shape[axis], Math.abs(step), draw.below(3)];
    const whole = replaced(shape, axis, before + size * gap + draw.below(2));
    if (count(whole) > MOST || size === 0) return undefined;
    const span = (size - 1) * gap;
    const [start, stop] = step > 0 ? [before, before + span + 1] : [before + span, before - 1];
    const end = stop < 0 ? undefined : stop;
    const visited = positions(whole[axis], start, end, step);
    return method("intoSlice", [x], [whole, axis, start, end, step], (a) =>
      build(whole, (index) => {
        const from = visited.indexOf(index[axis]);
        return from < 0 ? sum([]) : at(a, replaced(index, axis, from));
      }),
    );
  },
  select(draw, pool) {
    const x = pool.pick(draw, (shape) => hasAxes(shape) && !shape.includes(0));
    if (x === undefined) return undefined;
    const shape = pool.shapes[x];
    const axis = draw.below(shape.length);
    const place = draw.below(shape[axis]);
    return method("select", [x], [axis, alias(place, shape[axis], draw.once(2))], (a) =>
      build(without(shape, axis), (index) => at(a, inserted(index, axis, place))),
    );
  },
  broadcastTo(draw, pool) {
    const x = pool.pick(draw);
    if (x === undefined) return undefined;
    const own = pool.shapes[x].map((size) => (size === 1 ? draw.between(0, 4) : size));
    const shape = draw.once(2) && own.length < 4 ? [draw.between(0, 4), ...own] : own;
    if (count(shape) > MOST) return undefined;
    return method("broadcastTo", [x], [shape], (a) => build(shape, (index) => stretched(a, index)));
  },
  expand(draw, pool) {
    const x = pool.pick(draw, (shape) => shape.length < 4);
    if (x === undefined) return undefined;
    const own = pool.shapes[x];
    const lead = draw.between(1, 3);
    if (lead * count(own) > MOST) return undefined;
    return method("expand", [x], [[lead, ...own.map(() => -1)]], (a) =>
      build([lead, ...own], (index) => stretched(a, index)),
    );
  },
  reshape(draw, pool) {
    const x = pool.pick(draw);
    if (x === undefined) return undefined;
    const size = count(pool.shapes[x]);
    const shape: number[] = [];
    let left = size;
    for (let k = draw.below(4); k > 0 && left > 0; k--) {
      const divisors = Array.from({ length: left }, (_, i) => i + 1).filter((n) => left % n === 0);
      shape.push(draw.of(divisors));
      left /= shape[shape.length - 1];
    }
    if (size === 0) shape.push(draw.below(4), 0);
    else if (left > 1 || draw.once(3)) shape.push(left);
    const unknown = size > 0 && shape.length > 0 && draw.once(3) ? draw.below(shape.length) : -1;
    return method("reshape", [x], [replaced(shape, unknown, -1)], (a) => reread(a, shape));
  },
  flatten(draw, pool) {
    const x = pool.pick(draw, hasAxes);
    if (x === undefined) return undefined;
    const shape = pool.shapes[x];
    const start = draw.below(shape.length);
    const end = draw.between(start, shape.length - 1);
    const merged = [...shape.slice(0, start), count(shape.slice(start, end + 1)), ...shape.slice(end + 1)];
    return method("flatten", [x], [start, end], (a) => reread(a, merged));
  },
  flip(draw, pool) {
    const x = pool.pick(draw);
    if (x === undefined) return undefined;
    const axes = draw.some(pool.shapes[x].length);
    return method("flip", [x], [axes], (a) =>
      build(a.shape, (index) =>
        at(
          a,
          index.map((i, axis) => (axes.includes(axis) ? a.shape[axis] - 1 - i : i)),
        ),
      ),
    );
  },
  squeeze(draw, pool) {
    const x = pool.pick(draw, (shape) => shape.includes(1));
    if (x === undefined) return undefined;
    const shape = pool.shapes[x];
    const ones = shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
    if (draw.once(2))
      return method("squeeze", [x], [], (a) =>
        reread(
          a,
          shape.filter((size) => size !== 1),
        ),
      );
    const axis = draw.of(ones);
    return method("squeeze", [x], [axis], (a) => reread(a, without(shape, axis)));
  },
  unsqueeze(draw, pool) {
    const x = pool.pick(draw, (shape) => shape.length < 4);
    if (x === undefined) return undefined;
    const shape = pool.shapes[x];
    const axis = draw.below(shape.length + 1);
    return method("unsqueeze", [x], [alias(axis, shape.length + 1, draw.once(2))], (a) =>
      reread(a, inserted(shape, axis, 1)),
    );
  },
};
