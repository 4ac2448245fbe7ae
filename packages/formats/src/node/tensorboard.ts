/** A tracker that writes TensorBoard's event files. Read tensorboard/tracker.ts and tensorboard/events.ts first. */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { FileError } from "@polygrad/data";
import { ArgumentError } from "@polygrad/tensor";
import { type Checks, checkOptions, integerFrom, text } from "@polygrad/tensor/internal";
import { beginning, type EventOptions, encodeEvents } from "../tensorboard/events.ts";
import { checkTracked, type Tracker } from "../tensorboard/tracker.ts";

/** Options of a TensorBoard tracker. */
export interface TensorBoardOptions {
  /** The number of buckets of a histogram; 30 by default. */
  readonly buckets?: number;
}

const known: Checks<TensorBoardOptions> = { buckets: integerFrom(1, 10_000) };

/** A tracker that writes to a file until it is closed. */
export interface TensorBoard extends Tracker {
  /** The event file. */
  readonly path: string;
  /** Closes the file. A second call does nothing. */
  close(): void;
}

/** Several files may begin in one process and second. */
let files = 0;

/**
 * A tracker that writes what it is given to a new event file in a directory, which it makes if need be:
 * `tensorboard --logdir runs` shows each directory in `runs` as a run. Numbers become scalars, tensors become histograms.
 *
 * Every call has handed its bytes to the operating system when it returns, so a run that is killed keeps them; only a machine
 * that loses power may lose the last ones.
 * @throws FileError if the directory or the file cannot be made, or, by the tracker, if it cannot be written; ArgumentError
 * if an argument is of the wrong kind, or, by the tracker, after `close`
 */
export function tensorBoard(directory: string, options: TensorBoardOptions = {}): TensorBoard {
  text("tensorBoard", "the directory", directory);
  checkOptions("tensorBoard", options, known);
  const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, "0");
  const path = join(directory, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${files++}`);
  const write = (file: number, bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  };
  let file: number | undefined = inTermsOf(path, () => {
    mkdirSync(directory, { recursive: true });
    return openSync(path, "ax");
  });
  const encoded: EventOptions = { ...options, continued: true };
  inTermsOf(path, () => file !== undefined && write(file, beginning(Date.now() / 1000)));
  const track: Tracker = (step, values) => {
    checkTracked("tensorBoard", step, values);
    if (file === undefined) throw new ArgumentError(`tensorBoard: ${path} has been closed; make a new tracker`);
    const bytes = encodeEvents([{ step, wallTime: Date.now() / 1000, values }], encoded);
    inTermsOf(path, () => file !== undefined && write(file, bytes));
  };
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return Object.assign(track, { path, close });
}

/** Runs `body`; what fails there becomes a FileError. */
function inTermsOf<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw new FileError(
      `tensorBoard: cannot write ${path}: ${cause instanceof Error ? cause.message : cause}; check the directory and the space left`,
      { cause },
    );
  }
}
