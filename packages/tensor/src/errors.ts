/** Every error the library throws says which operation refused, what arrived, and what to do about it. */

/** Shapes that do not fit together, or an axis that is not there. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** A value outside what the operation is defined for: a bad degree, a label without a class, a NaN loss. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}

/** The WebAssembly memory cannot grow any further. */
export class MemoryError extends Error {
  override readonly name = "MemoryError";
}
