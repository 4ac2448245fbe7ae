/** Row-wise kernels: a program for one row becomes a kernel. Its twin, which goes row by row in numbers, is here. */
import { LANES } from "../floats.ts";
import { numbers } from "../math/arithmetic.ts";
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
  { columnsOf, columnSums = [], total: finishTotal, row: run }: RowProgram<Settings>,
  settings: Settings,
): void {
  const columns = columnsOf(settings);
  const values = new Float64Array(columns);
  const lanes = columnSums.map(() => new Float64Array(LANES * columns));
  let [start, number, total] = [0, 0, 0];
  const row: Row<number, boolean, number> = {
    m: numbers,
    scalars,
    eachColumn(body) {
      for (let column = 0; column < columns; column++) body(column);
    },
    accumulator: (value) => ({
      value,
      set(next) {
        this.value = next;
      },
    }),
    load: (operand, column) => operands[operand][start + column],
    loadShared: (operand, column) => operands[operand][column],
    loadOne: (operand) => operands[operand][0],
    loadOwn: (operand) => operands[operand][number],
    store(result, column, value) {
      results[result][start + column] = value;
    },
    keep(column, value) {
      values[column] = value;
    },
    kept: (column) => values[column],
    addToColumn(sum, column, value) {
      lanes[sum][LANES * column + (number % LANES)] += value;
    },
    addToTotal(value) {
      total += value;
    },
  };
  for (; number < rows; number++, start += columns) run(row, settings);
  for (const [k, result] of columnSums.entries())
    for (let j = 0; j < columns; j++) {
      const [l0, l1, l2, l3] = lanes[k].subarray(LANES * j, LANES * (j + 1));
      results[result][j] = l0 + l1 + (l2 + l3);
    }
  if (finishTotal) results[0][0] = finishTotal(numbers, total, scalars);
}
