/** The errors of the library. Each message names the operation, says what it received, and gives the fix. */

/** An argument of the wrong kind, such as a string in place of a tensor; or an unknown option. */
export class ArgumentError extends TypeError {
  override readonly name = "ArgumentError";
}

/** Shapes that do not fit together, or an axis that does not exist. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** A value that an operation is not defined for, such as a bad degree, a label without a class or a NaN loss. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}

/** The WebAssembly memory cannot grow, or a tensor is not in memory that can be used. */
export class MemoryError extends Error {
  override readonly name = "MemoryError";
}
