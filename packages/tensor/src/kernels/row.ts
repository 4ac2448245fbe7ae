/**
 * A row of a matrix, for kernels whose rows are short and whose sums must not mix.
 *
 * The work on a row is written once, over a `Row`. In the twin, its values are numbers (row-wise.ts); in SIMD code,
 * they are the values of four rows in four lanes (row-lanes.ts). So each lane does to its row what the twin does to a
 * row, in the same order and in double precision.
 */
import type { Arithmetic } from "../math/arithmetic.ts";

/** A value that is kept from one column to the next. */
export interface Accumulator<T> {
  value: T;
  set(value: T): void;
}

/** The current row: its columns, and what can be read and written in them. Operands and results are numbered from 0. */
export interface Row<T, Mask, Column> {
  readonly m: Arithmetic<T, Mask>;
  /** The scalars of the call. */
  readonly scalars: readonly T[];
  /** e^x for x <= 0, as exactly as the precision of the results needs it. */
  exp(x: T): T;
  /** Goes through the columns, in order. */
  eachColumn(body: (column: Column) => void): void;
  /** The sum of a term over all columns: the even columns and the odd ones apart, then one plus the other. */
  sum(term: (column: Column) => T): T;
  /** A new accumulator with a start value. */
  accumulator(start: number): Accumulator<T>;
  /** The row's element of a matrix. */
  load(matrix: number, column: Column): T;
  /** Makes `load` give another value, until the next row. The operand itself stays as it is. */
  replace(matrix: number, column: Column, value: T): void;
  /** The element of an operand [columns], the same for all rows. */
  loadShared(operand: number, column: Column): T;
  /** The element of an operand [], the same for all rows and columns. */
  loadOne(operand: number): T;
  /** The row's element of an operand [rows]. */
  loadOwn(operand: number): T;
  /** The row's element of result 0, if that is a matrix. */
  store(column: Column, value: T): void;
  /** Adds to a sum over all rows: row r to lane r mod 4, and at the end (l0 + l1) + (l2 + l3). */
  addToColumn(sum: number, column: Column, value: T): void;
  /** Adds to one sum over all rows, one row after the other. */
  addToTotal(value: T): void;
}

/** The program from which a row-wise kernel is made. */
export interface RowProgram<Settings> {
  readonly name: string;
  readonly columnsOf: (settings: Settings) => number;
  /** The operands [rows, columns]. */
  readonly matrices: readonly number[];
  /** Results that are sums over all rows, for each column; `addToColumn` takes a position in this list. */
  readonly columnSums?: readonly number[];
  /** Computes result 0, if it is one number, from the total over all rows and the scalars. */
  readonly total?: <T, Mask>(m: Arithmetic<T, Mask>, total: T, scalars: readonly T[]) => T;
  readonly row: <T, Mask, Column>(row: Row<T, Mask, Column>, settings: Settings) => void;
}
