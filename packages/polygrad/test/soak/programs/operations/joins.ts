/** Steps that join, pad, pick, place and sort elements. */
import { concat, stack } from "@polygrad/tensor";
import type { Draw } from "../draw.ts";
import { add, close, constant, doubtful, type Hyper } from "../hyper.ts";
import { at, build, count, indicesOf, inserted, type Plain, replaced, without } from "../plain.ts";
import { method, type Pool, type Proposals, type Propose, written } from "../step.ts";
import { MOST } from "./elementwise.ts";

/** A variable with at least one axis, and one of its axes. */
function withAxis(draw: Draw, pool: Pool): [x: number, shape: readonly number[], axis: number] | undefined {
  const x = pool.pick(draw, (shape) => shape.length > 0);
  if (x === undefined) return undefined;
  return [x, pool.shapes[x], draw.below(pool.shapes[x].length)];
}

const concatenated: Propose = (draw, pool) => {
  const chosen = withAxis(draw, pool);
  if (chosen === undefined) return undefined;
  const [x, shape, axis] = chosen;
  const sizes = Array.from({ length: draw.between(0, 2) }, () => draw.between(0, 3));
  const inputs = [x, ...sizes.map((size) => pool.ofShape(draw, replaced(shape, axis, size)))];
  const lengths = inputs.map((k) => pool.shapes[k][axis]);
  const whole = replaced(
    shape,
    axis,
    lengths.reduce((sum, size) => sum + size, 0),
  );
  if (count(whole) > MOST) return undefined;
  const given = draw.once(2) ? axis - shape.length : axis;
  return {
    inputs,
    text: (names) => `concat([${names.join(", ")}], ${given})`,
    library: (parts) => concat(parts, given),
    plain: (parts) =>
      build(whole, (index) => {
        let [part, place] = [0, index[axis]];
        while (place >= lengths[part]) place -= lengths[part++];
        return at(parts[part], replaced(index, axis, place));
      }),
  };
};

const stacked: Propose = (draw, pool) => {
  const x = pool.pick(draw, (shape) => shape.length < 4 && 3 * count(shape) <= MOST);
  if (x === undefined) return undefined;
  const shape = pool.shapes[x];
  const inputs = [x, ...Array.from({ length: draw.between(0, 2) }, () => pool.ofShape(draw, shape))];
  const axis = draw.below(shape.length + 1);
  return {
    inputs,
    text: (names) => `stack([${names.join(", ")}], ${axis})`,
    library: (parts) => stack(parts, axis),
    plain: (parts) =>
      build(inserted(shape, axis, parts.length), (index) => at(parts[index[axis]], without(index, axis))),
  };
};

const pad: Propose = (draw, pool) => {
  const x = pool.pick(draw);
  if (x === undefined) return undefined;
  const shape = pool.shapes[x];
  const widths = shape.map(() => [draw.below(3), draw.below(3)]);
  const whole = shape.map((size, axis) => widths[axis][0] + size + widths[axis][1]);
  if (count(whole) > MOST) return undefined;
  const value = draw.quarter();
  return method("pad", [x], [widths, value], (a) =>
    build(whole, (index) => {
      const own = index.map((i, axis) => i - widths[axis][0]);
      return own.every((i, axis) => i >= 0 && i < shape[axis]) ? at(a, own) : constant(value);
    }),
  );
};

const indexSelect: Propose = (draw, pool) => {
  const chosen = withAxis(draw, pool);
  if (chosen === undefined) return undefined;
  const [x, shape, axis] = chosen;
  const indices = Array.from({ length: shape[axis] === 0 ? 0 : draw.below(5) }, () => draw.below(shape[axis]));
  return method("indexSelect", [x], [axis, indices], (a) =>
    build(replaced(shape, axis, indices.length), (index) => at(a, replaced(index, axis, indices[index[axis]]))),
  );
};

/** Random positions along an axis, one for each element of `shape`, in row-major order. */
const places = (draw: Draw, shape: readonly number[], size: number): number[] => {
  const seed = draw.below(1 << 20);
  return Array.from({ length: count(shape) }, (_, i) => ((seed + 7919 * i * (i + 3)) >>> 3) % size);
};
/** The number of an index list in row-major order. */
const flat = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((place, i, axis) => place * shape[axis] + i, 0);

const gather: Propose = (draw, pool) => {
  const chosen = withAxis(draw, pool);
  if (chosen === undefined) return undefined;
  const [x, shape, axis] = chosen;
  if (shape.includes(0)) return undefined; // then the number of indices does not tell the shape
  const whole = replaced(shape, axis, draw.between(0, 4));
  const indices = places(draw, whole, shape[axis]);
  return method("gather", [x], [axis, indices], (a) =>
    build(whole, (index) => at(a, replaced(index, axis, indices[flat(whole, index)]))),
  );
};

const scatterAdd: Propose = (draw, pool) => {
  const chosen = withAxis(draw, pool);
  if (chosen === undefined) return undefined;
  const [x, shape, axis] = chosen;
  if (shape.includes(0)) return undefined;
  const source = replaced(shape, axis, draw.between(0, 4));
  const indices = places(draw, source, shape[axis]);
  return method("scatterAdd", [x, pool.ofShape(draw, source)], [axis, indices], (a, b) => {
    const items = [...a.items];
    for (const index of indicesOf(source)) {
      const target = flat(shape, replaced(index, axis, indices[flat(source, index)]));
      items[target] = add(items[target], at(b, index));
    }
    return { shape, items };
  });
};

/** Each line along an axis in order, of which the first `length` elements are taken. */
function ordered(x: Plain, axis: number, sign: 1 | -1, length: number): Plain {
  const lines = new Map<string, readonly Hyper[]>();
  for (const others of indicesOf(replaced(x.shape, axis, 1))) {
    const line = Array.from({ length: x.shape[axis] }, (_, i) => at(x, replaced(others, axis, i)));
    const inOrder = line.toSorted((a, b) => sign * (a.x.value - b.x.value));
    const doubt = line.some(({ uncertain }) => uncertain);
    const marked = inOrder.map((item, i) =>
      doubtful(item, doubt || [i - 1, i + 1].some((k) => k >= 0 && k < line.length && close(item, inOrder[k]))),
    );
    lines.set(others.join(), marked);
  }
  return build(replaced(x.shape, axis, length), (index) => {
    const line = lines.get(replaced(index, axis, 0).join()) ?? [];
    return line[index[axis]];
  });
}

const sort: Propose = (draw, pool) => {
  const chosen = withAxis(draw, pool);
  if (chosen === undefined) return undefined;
  const [x, shape, axis] = chosen;
  const descending = draw.once(2);
  return method("sort", [x], descending ? [axis, { descending }] : [axis], (a) =>
    ordered(a, axis, descending ? -1 : 1, shape[axis]),
  );
};

const topK: Propose = (draw, pool) => {
  const chosen = withAxis(draw, pool);
  if (chosen === undefined) return undefined;
  const [x, shape, axis] = chosen;
  const k = draw.between(0, shape[axis]);
  return method("topK", [x], [k, axis], (a) => ordered(a, axis, -1, k));
};

/** One of the pieces of x.split(size, axis). */
const split: Propose = (draw, pool) => {
  const chosen = withAxis(draw, pool);
  if (chosen === undefined) return undefined;
  const [x, shape, axis] = chosen;
  if (shape[axis] === 0) return undefined;
  const size = draw.between(1, shape[axis]);
  const piece = draw.below(Math.ceil(shape[axis] / size));
  const length = Math.min(size, shape[axis] - piece * size);
  return {
    inputs: [x],
    text: ([name]) => `${name}.split(${[size, axis].map(written).join(", ")})[${piece}]`,
    library: ([a]) => a.split(size, axis)[piece],
    plain: ([a]) =>
      build(replaced(shape, axis, length), (index) => at(a, replaced(index, axis, piece * size + index[axis]))),
  };
};

export const joins: Proposals = {
  concat: concatenated,
  stack: stacked,
  pad,
  indexSelect,
  gather,
  scatterAdd,
  sort,
  topK,
  split,
};
