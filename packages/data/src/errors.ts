/** The errors of this package: each message names the operation, says what arrived, and gives the fix. */

/** Thrown for bytes that are not a valid IDX or gzip file, and for an array that an IDX file cannot hold. */
export class IdxError extends Error {
  override readonly name = "IdxError";
}

/**
 * Thrown for invalid samples, labels, indices or options of a dataset or loader, and for files that cannot be found.
 */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
}

/** Thrown for a file that is not the expected one: its checksum differs. */
export class ChecksumError extends Error {
  override readonly name = "ChecksumError";
}

/** Thrown when a download fails. If the network or the disk reported an error, `cause` holds it. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/** Thrown when a file cannot be read or written. `cause` holds the system's error. */
export class FileError extends Error {
  override readonly name = "FileError";
}
