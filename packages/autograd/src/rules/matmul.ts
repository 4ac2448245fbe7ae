/** The gradient rule of the matrix product. */
import type { Shape } from "@polygrad/tensor";
import type { Rules } from "../rule.ts";
import type { Variable } from "../variable.ts";

/** Y = A B, so dA = dY B^T and dB = A^T dY. As in NumPy, a vector is a row on the left and a column on the right. */
export const matmul: Rules<[Variable, Variable]> = [
  (g, _y, a, b) => asMatrix(g, a, b).matmul(right(b).transpose()).sumTo(rowsOf(a)).reshape(a.shape),
  (g, _y, a, b) =>
    left(a)
      .transpose()
      .matmul(asMatrix(g, a, b))
      .sumTo(columnsOf(b))
      .reshape(b.shape),
];

/** The shapes of both operands as matrices. A shape is known without the value, which may have been overwritten. */
const rowsOf = ({ shape }: Variable): Shape => (shape.length === 1 ? [1, ...shape] : shape);
const columnsOf = ({ shape }: Variable): Shape => (shape.length === 1 ? [...shape, 1] : shape);

const left = (a: Variable): Variable => (a.rank === 1 ? a.unsqueeze(0) : a);
const right = (b: Variable): Variable => (b.rank === 1 ? b.unsqueeze(1) : b);

/** The gradient of the result with the axes restored that a vector operand has not. */
function asMatrix(g: Variable, a: Variable, b: Variable): Variable {
  const rows = a.rank === 1 ? g.unsqueeze(b.rank === 1 ? 0 : -2) : g;
  return b.rank === 1 ? rows.unsqueeze(-1) : rows;
}
