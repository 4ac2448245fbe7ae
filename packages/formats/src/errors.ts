/** The error of this package: its messages name the operation, the file and the entry, and give the fix. */

/** Thrown for bytes that are not a valid file of their format, and for a tensor or a state that a file cannot hold. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}
