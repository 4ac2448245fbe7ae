/** The errors of this package: each message says which operation refused, what arrived, and what to do about it. */

/** Bytes that are not the IDX or gzip file they are taken for, or an array that no IDX file can hold. */
export class IdxError extends Error {
  override readonly name = "IdxError";
}

/** Samples, labels, indices or options that do not make a dataset, a batch or a loader; or a file that is not there. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
}

/** A file that is whole and readable, but not the one that was asked for. */
export class ChecksumError extends Error {
  override readonly name = "ChecksumError";
}

/** A download that did not arrive; `cause` holds the network's own error. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}
