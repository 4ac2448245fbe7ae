/** The gradient rule of the matrix product. */
import type { Rules } from "../rule.ts";
import type { Variable } from "../variable.ts";

/** Y = A B, so dA = dY B^T and dB = A^T dY. As in NumPy, a vector is a row on the left and a column on the right. */
export const matmul: Rules<[Variable, Variable]> = [
  (g, _y, a, b) => asMatrix(g, a, b).matmul(right(b).transpose()).sumTo(left(a).shape).reshape(a.shape),
  (g, _y, a, b) =>
    left(a)
      .transpose()
      .matmul(asMatrix(g, a, b))
      .sumTo(right(b).shape)
      .reshape(b.shape),
];

const left = (a: Variable): Variable => (a.rank === 1 ? a.unsqueeze(0) : a);
const right = (b: Variable): Variable => (b.rank === 1 ? b.unsqueeze(1) : b);

/** The gradient of the result with the axes restored that a vector operand has not. */
function asMatrix(g: Variable, a: Variable, b: Variable): Variable {
  const rows = a.rank === 1 ? g.unsqueeze(b.rank === 1 ? 0 : -2) : g;
  return b.rank === 1 ? rows.unsqueeze(-1) : rows;
}
