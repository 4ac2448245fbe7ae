/** Sums of products over named axes, in Einstein's notation, composed of permute, reshape, matmul and sum. */
import { text } from "../arguments.ts";
import { ShapeError, ValueError } from "../errors.ts";
import type { Numeric } from "../operand.ts";
import type { Joined } from "../operation.ts";
import { show, sizeOf } from "../shape.ts";
import { checkTensors } from "./join.ts";

/** A tensor, and a letter for each of its axes. */
interface Term {
  readonly x: Numeric;
  readonly axes: readonly string[];
}

/**
 * The sum of products that an equation describes (NumPy's einsum, without diagonals and ellipses).
 *
 * Each letter names an axis: "ij,jk->ik" is the matrix product, [m, k], [k, n] -> [m, n]; "bij->bji" a transpose;
 * "ij->" the sum of all elements. Letters that do not occur to the right of the arrow are summed over. Without an
 * arrow, the axes of the result are the letters that occur once, in alphabetical order. The result is a variable if any
 * operand is.
 * @throws ValueError if the equation cannot be read or names another number of operands; ShapeError if the axes or
 * sizes of an operand do not fit it.
 */
export function einsum<Parts extends readonly Numeric[]>(equation: string, ...operands: Parts): Joined<Parts[number]>;
export function einsum(equation: string, ...operands: readonly Numeric[]): Numeric {
  text("einsum", "the equation", equation);
  checkTensors("einsum", "operand", operands);
  const [inputs, output] = parse(equation);
  if (inputs.length !== operands.length)
    throw new ValueError(`einsum: "${equation}" names ${inputs.length} operands, got ${operands.length}`);
  checkSizes(equation, inputs, operands);
  const terms: readonly Term[] = operands.map((x, k) => ({ x, axes: [...inputs[k]] }));
  const product = terms.reduce((left, right, k) => {
    const later = new Set([...output, ...terms.slice(k + 1).flatMap(({ axes }) => axes)]);
    return contract(
      summed(left, (axis) => later.has(axis) || right.axes.includes(axis)),
      right,
      later,
    );
  });
  const { x, axes } = summed(product, (axis) => output.includes(axis));
  return x.permute([...output].map((axis) => axes.indexOf(axis)));
}

/** The letters of each operand, and of the result. */
function parse(equation: string): [inputs: string[], output: string] {
  const [left, right, ...more] = equation.replaceAll(" ", "").split("->");
  const inputs = left.split(",");
  const all = inputs.join("");
  const once = [...all].filter((axis) => all.indexOf(axis) === all.lastIndexOf(axis));
  const output = right ?? once.sort().join("");
  const twice = [...inputs, output].some((axes) => new Set(axes).size < axes.length);
  if (more.length > 0 || !/^[a-zA-Z]*$/.test(all + output) || twice || [...output].some((axis) => !all.includes(axis)))
    throw new ValueError(
      `einsum: cannot read "${equation}"; write letters such as "ij,jk->ik", each at most once in an operand, ` +
        "and on the right only those that occur on the left",
    );
  return [inputs, output];
}

function checkSizes(equation: string, inputs: readonly string[], operands: readonly Numeric[]): void {
  const sizes = new Map<string, number>();
  for (const [k, { shape, rank }] of operands.entries()) {
    if (rank !== inputs[k].length)
      throw new ShapeError(
        `einsum: "${inputs[k]}" in "${equation}" must have one letter for each axis of ${show(shape)}`,
      );
    for (const [axis, letter] of [...inputs[k]].entries()) {
      const size = sizes.get(letter) ?? shape[axis];
      if (size !== shape[axis])
        throw new ShapeError(
          `einsum: axis "${letter}" of "${equation}" has size ${size}, but ${shape[axis]} in ${show(shape)}; sizes must agree`,
        );
      sizes.set(letter, size);
    }
  }
}

/** Sums over the axes that are not kept. */
function summed({ x, axes }: Term, isKept: (axis: string) => boolean): Term {
  const gone = axes.flatMap((axis, k) => (isKept(axis) ? [] : [k]));
  return gone.length === 0 ? { x, axes } : { x: x.sum(gone), axes: axes.filter(isKept) };
}

/** One matrix product. Axes of both operands are its batch if they are needed later, else its inner axis. */
function contract(left: Term, right: Term, later: ReadonlySet<string>): Term {
  const own = summed(right, (axis) => later.has(axis) || left.axes.includes(axis));
  const shared = left.axes.filter((axis) => own.axes.includes(axis));
  const [batch, inner] = [shared.filter((axis) => later.has(axis)), shared.filter((axis) => !later.has(axis))];
  const rows = left.axes.filter((axis) => !shared.includes(axis));
  const columns = own.axes.filter((axis) => !shared.includes(axis));
  const product = matrices(left, [batch, rows, inner]).matmul(matrices(own, [batch, inner, columns]));
  const sizeAt = (axis: string) =>
    left.axes.includes(axis) ? left.x.shape[left.axes.indexOf(axis)] : own.x.shape[own.axes.indexOf(axis)];
  const axes = [...batch, ...rows, ...columns];
  return { x: product.reshape(axes.map(sizeAt)), axes };
}

/** x as a batch of matrices: three groups of axes, each merged into one axis. */
function matrices({ x, axes }: Term, groups: readonly (readonly string[])[]): Numeric {
  const order = groups.flat().map((axis) => axes.indexOf(axis));
  const sizes = groups.map((group) => sizeOf(group.map((axis) => x.shape[axes.indexOf(axis)])));
  return x.permute(order).reshape(sizes);
}
