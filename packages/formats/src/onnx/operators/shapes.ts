/** Operators that move elements, and those of shapes. Read define.ts first. */
import { constant, type Variable } from "@polygrad/autograd";
import { broadcastShapes, concat, full, ShapeError, tensor as tensorOf } from "@polygrad/tensor";
import { resolveAxes, resolveAxis, show, sizeOf } from "@polygrad/tensor/internal";
import type { NodeReader, Operator } from "../node-reader.ts";
import { floats, integers, numbersOf, type Value } from "../value.ts";
import { operator } from "./define.ts";

/** A list that is an attribute before some opset, and the second input from then on. */
function listFrom(
  opset: number,
  node: NodeReader,
  name: string,
): (input: Value | undefined) => readonly number[] | undefined {
  const fixed = node.opset < opset ? node.integers(name) : undefined;
  return (input) => (input === undefined ? fixed : numbersOf(input));
}

/** An operator that keeps the kind. */
function movement(
  least: number,
  most: number,
  read: (node: NodeReader) => (x: Variable, ...more: readonly (Value | undefined)[]) => Variable,
): Operator {
  return operator(least, most, (node) => {
    const compute = read(node);
    return ({ x, kind }, ...more) => ({ x: compute(x, ...more), kind });
  });
}

/** A value of the file itself. */
function constantOf(node: NodeReader): Value {
  const tensor = node.tensor("value");
  if (tensor !== undefined) return { x: constant(tensor.value), kind: tensor.kind };
  const [float, integer] = [node.float("value_float"), node.integer("value_int")];
  if (float !== undefined) return floats(constant(full([], float)));
  if (integer !== undefined) return integers([integer], []);
  const [list, whole] = [node.floats("value_floats"), node.integers("value_ints")];
  if (list !== undefined) return floats(constant(tensorOf(Float32Array.from(list))));
  if (whole !== undefined) return integers(whole);
  throw node.refuse("it has no value that is read: a tensor, numbers or a number");
}

export const shapes: Readonly<Record<string, Operator>> = {
  Concat: operator(1, Number.POSITIVE_INFINITY, (node) => {
    const axis = node.integer("axis", 0);
    return (first, ...more) => {
      return {
        x: concat(
          [first, ...more].map((part) => node.given(part).x),
          axis,
        ),
        kind: first.kind,
      };
    };
  }),
  Constant: (node) => {
    node.takes(0);
    const value = constantOf(node);
    return () => [value];
  },
  ConstantOfShape: operator(1, 1, (node) => {
    const { value, kind } = node.tensor("value") ?? { value: full([1], 0), kind: "float" };
    return (shape) => ({ x: constant(full(numbersOf(shape), value.item(), { dtype: value.dtype })), kind });
  }),
  Expand: movement(
    2,
    2,
    (node) => (x, shape) => x.broadcastTo(broadcastShapes("OnnxModel: Expand", x.shape, numbersOf(node.given(shape)))),
  ),
  Flatten: movement(1, 1, (node) => {
    const axis = node.integer("axis", 1);
    return (x) => {
      const at = axis === x.rank ? axis : resolveAxis("OnnxModel: Flatten", axis, x.rank);
      return x.reshape([sizeOf(x.shape.slice(0, at)), sizeOf(x.shape.slice(at))]);
    };
  }),
  Gather: movement(2, 2, (node) => {
    const axis = node.integer("axis", 0);
    return (x, given) => {
      const [at, indices] = [resolveAxis("OnnxModel: Gather", axis, x.rank), node.given(given)];
      const places = numbersOf(indices).map((index) => (index < 0 ? index + x.shape[at] : index));
      return x.indexSelect(at, places).reshape([...x.shape.slice(0, at), ...indices.x.shape, ...x.shape.slice(at + 1)]);
    };
  }),
  Reshape: movement(2, 2, (node) => {
    const allowZero = node.opset >= 14 && node.integer("allowzero", 0) !== 0;
    return (x, shape) =>
      x.reshape(numbersOf(node.given(shape)).map((size, axis) => (size === 0 && !allowZero ? x.shape[axis] : size)));
  }),
  Shape: operator(1, 1, (node) => {
    const [start, end] = node.opset < 15 ? [0, undefined] : [node.integer("start", 0), node.integer("end")];
    return ({ x }) => integers(x.shape.slice(start, end));
  }),
  Size: operator(
    1,
    1,
    () =>
      ({ x }) =>
        integers([x.size], []),
  ),
  Slice: (node) => {
    if (node.opset >= 10)
      return movement(3, 5, () => (x, starts, ends, axes, steps) => {
        const [from, to] = [numbersOf(node.given(starts)), numbersOf(node.given(ends))];
        return sliced(x, from, to, axes && numbersOf(axes), steps && numbersOf(steps));
      })(node);
    const [starts, ends, axes] = ["starts", "ends", "axes"].map((name) => node.integers(name));
    return movement(1, 1, () => (x) => sliced(x, starts ?? [], ends ?? [], axes))(node);
  },
  Split: (node) => {
    const axis = node.integer("axis", 0);
    const sizesOf = listFrom(13, node, "split");
    node.takes(1, node.opset < 13 ? 1 : 2, Number.POSITIVE_INFINITY);
    const count = node.opset < 18 ? node.outputs : node.integer("num_outputs", node.outputs);
    if (count !== node.outputs) throw node.refuse(`it has ${node.outputs} results, but num_outputs is ${count}`);
    return ([given, sizes]) => {
      const { x, kind } = node.given(given);
      const size = Math.ceil(x.shape[resolveAxis("OnnxModel: Split", axis, x.rank)] / count);
      const parts = x.split(sizesOf(sizes) ?? size, axis);
      if (parts.length !== count)
        throw new ShapeError(`OnnxModel: Split: ${show(x.shape)} gives ${parts.length} parts, but needs ${count}`);
      return parts.map((part) => ({ x: part, kind }));
    };
  },
  Squeeze: movement(1, 2, (node) => {
    const axesOf = listFrom(13, node, "axes");
    return (x, axes) => x.squeeze(axesOf(axes));
  }),
  Transpose: movement(1, 1, (node) => {
    const order = node.integers("perm");
    return (x) => x.permute(order ?? x.shape.map((_, axis) => x.rank - 1 - axis));
  }),
  Unsqueeze: movement(1, 2, (node) => {
    const axesOf = listFrom(13, node, "axes");
    return (x, given) => {
      const axes = axesOf(given) ?? [];
      const added = resolveAxes("OnnxModel: Unsqueeze", axes, x.rank + axes.length);
      return added.toSorted((a, b) => a - b).reduce((y, axis) => y.unsqueeze(axis), x);
    };
  }),
};

/** Elements from `starts` to before `ends` along some axes, by default the first ones. */
function sliced(
  x: Variable,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[] = starts.map((_, k) => k),
  steps: readonly number[] = starts.map(() => 1),
): Variable {
  return starts.reduce((part, start, k) => part.slice(axes[k], start, ends[k], steps[k]), x);
}
