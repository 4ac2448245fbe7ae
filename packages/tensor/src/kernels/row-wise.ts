/** Row-wise kernels: a program for one row becomes a kernel. Its twin, which goes row by row in numbers, is here. */
import { LANES } from "../floats.ts";
import { numbers } from "../math/arithmetic.ts";
import { exp, shortExp } from "../math/exp.ts";
import type { Arrays, Kernel } from "./kernel.ts";
import type { Row, RowProgram } from "./row.ts";
import { emitRows, scratchOf } from "./row-lanes.ts";

/** The kernel of a program. Its operands and results are those of the program; its one count is the number of rows. */
export function rowWise<Settings extends object>(program: RowProgram<Settings>): Kernel<Settings> {
  return {
    name: program.name,
    scratch: (settings) => scratchOf(program, settings),
    simd: (f, places, settings) => emitRows(f, places, program, settings),
    plain: (arrays, settings) => runRows(arrays, program, settings),
  };
}

/** The twin. */
function runRows<Settings extends object>(
  { operands, results, counts: [rows], scalars }: Arrays,
  { columnsOf, matrices, columnSums = [], total: finishTotal, row: run }: RowProgram<Settings>,
  settings: Settings,
): void {
  const columns = columnsOf(settings);
  /** The current row of each matrix. */
  const current = operands.map(() => new Float64Array(columns));
  const lanes = columnSums.map(() => new Float64Array(LANES * columns));
  let [start, number, total] = [0, 0, 0];
  const row: Row<number, boolean, number> = {
    m: numbers,
    scalars,
    exp: results[0] instanceof Float32Array ? (x) => shortExp(numbers, x) : (x) => exp(numbers, x),
    eachColumn(body) {
      for (let column = 0; column < columns; column++) body(column);
    },
    sum(term) {
      let [even, odd] = [0, 0];
      for (let column = 0; column < columns; column += 2) {
        even += term(column);
        if (column + 1 < columns) odd += term(column + 1);
      }
      return even + odd;
    },
    accumulator: (value) => ({
      value,
      set(next) {
        this.value = next;
      },
    }),
    load: (matrix, column) => current[matrix][column],
    replace(matrix, column, value) {
      current[matrix][column] = value;
    },
    loadShared: (operand, column) => operands[operand][column],
    loadOne: (operand) => operands[operand][0],
    loadOwn: (operand) => operands[operand][number],
    store(column, value) {
      results[0][start + column] = value;
    },
    addToColumn(sum, column, value) {
      lanes[sum][LANES * column + (number % LANES)] += value;
    },
    addToTotal(value) {
      total += value;
    },
  };
  for (; number < rows; number++, start += columns) {
    for (const matrix of matrices)
      for (let column = 0; column < columns; column++) current[matrix][column] = operands[matrix][start + column];
    run(row, settings);
  }
  for (const [k, result] of columnSums.entries())
    for (let j = 0; j < columns; j++) {
      const [l0, l1, l2, l3] = lanes[k].subarray(LANES * j, LANES * (j + 1));
      results[result][j] = l0 + l1 + (l2 + l3);
    }
  if (finishTotal) results[0][0] = finishTotal(numbers, total, scalars);
}
