/** Row-wise kernels: a program for one row, made a kernel. */
import type { Kernel } from "./kernel.ts";
import type { RowProgram } from "./row.ts";
import { emitRows, scratchOf } from "./row-lanes.ts";
import { runRows } from "./row-twin.ts";

/** The kernel of a program. Its operands and results are those of the program; its one count is the number of rows. */
export function rowWise<Settings extends object>(program: RowProgram<Settings>): Kernel<Settings> {
  return {
    name: program.name,
    scratch: (settings) => scratchOf(program, settings),
    simd: (f, places, settings) => emitRows(f, places, program, settings),
    plain: (arrays, settings) => runRows(arrays, program, settings),
  };
}
