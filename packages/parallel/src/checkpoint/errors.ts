/** The error of checkpoints. */

/** Thrown if a checkpoint cannot be written, read, or continued by this run. Nothing has been overwritten. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}
