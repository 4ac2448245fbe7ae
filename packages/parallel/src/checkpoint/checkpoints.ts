/** The checkpoints of one run: when they are due, and writing them while the run goes on. */
import type { Tensor } from "@polygrad/tensor";
import type { CheckpointSettings } from "../options.ts";
import { CheckpointDirectory, readCheckpoint } from "./directory.ts";
import { CheckpointError } from "./errors.ts";
import { encodeCheckpoint, parseCheckpoint } from "./file.ts";
import { checkIdentity, type Identity } from "./identity.ts";
import type { RunState } from "./state.ts";
import { restoreTensors } from "./tensors.ts";

export class Checkpoints {
  readonly #directory: CheckpointDirectory;
  readonly #keep: number;
  readonly #every: { readonly epochs?: number; readonly steps?: number; readonly seconds?: number };
  readonly #identity: Identity;
  readonly #tensors: ReadonlyMap<string, Tensor>;
  /** What was taken last, until it is written. */
  #writing: Promise<string> | undefined;
  readonly #requests: Request[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param tensors views of the shared memory */
  constructor(
    { directory, every = { epochs: 1 }, keep = 2 }: CheckpointSettings,
    identity: Identity,
    tensors: ReadonlyMap<string, Tensor>,
  ) {
    this.#directory = new CheckpointDirectory(directory);
    this.#every = every;
    this.#keep = keep;
    this.#identity = identity;
    this.#tensors = tensors;
  }

  /** After how many steps workers pause for a checkpoint; undefined if it is not a number of steps. */
  get steps(): number | undefined {
    return this.#every.steps;
  }

  /** Calls `pause` whenever a checkpoint is due by the clock, if any is; from the first call on. */
  startTimer(pause: () => void): void {
    const { seconds } = this.#every;
    if (seconds !== undefined) this.#timer ??= setInterval(pause, 1000 * seconds).unref();
  }

  stopTimer(): void {
    clearInterval(this.#timer);
  }

  /** Whether one is due after this number of finished epochs. */
  isDueAfter(epochs: number): boolean {
    return this.#every.epochs !== undefined && epochs % this.#every.epochs === 0;
  }

  /**
   * Makes the directory ready.
   *
   * @param resume whether the run continues from the newest checkpoint in it, or the checkpoint from which it continues
   * @returns the path of the newest checkpoint; undefined if there is none
   * @throws CheckpointError if the directory cannot be used, or holds the checkpoints of a run that is not to be resumed
   */
  async open(resume: boolean | string = false): Promise<string | undefined> {
    await this.#directory.prepare();
    const newest = (await this.#directory.files()).at(-1);
    const isOwn = typeof resume === "string" ? this.#directory.holds(resume) : resume;
    if (isOwn || newest === undefined) return newest;
    throw new CheckpointError(
      `DataParallel: ${this.#directory.path} holds the checkpoints of an earlier run; ` +
        "set resume to true to continue it, or choose an empty checkpoint.directory",
    );
  }

  /** Whether someone waits for a checkpoint. */
  get isRequested(): boolean {
    return this.#requests.length > 0;
  }

  /** Waits for the next checkpoint, and returns its path. @throws CheckpointError if it cannot be written */
  request(): Promise<string> {
    return new Promise<string>((resolve, reject) => {
      this.#requests.push({ resolve, reject });
    });
  }

  /**
   * Copies the state of the run, and writes it while the run goes on, after the checkpoint before it. Waits for that one.
   *
   * @throws CheckpointError if the checkpoint before this one could not be written
   */
  take(state: RunState): Promise<void> {
    const before = this.settled();
    const encoded = encodeCheckpoint({ identity: this.#identity, state, tensors: this.#tensors });
    const write = async () => this.#directory.write(state.position.steps, await encoded, this.#keep);
    const written = before.then(write);
    for (const { resolve, reject } of this.#requests.splice(0)) written.then(resolve, reject);
    written.catch(() => undefined); // `settled` throws it
    this.#writing = written;
    return before;
  }

  /** Refuses those who wait for a checkpoint: there is none to come. */
  refuse(): void {
    for (const { reject } of this.#requests.splice(0))
      reject(new CheckpointError("DataParallel.save: the run has ended before it could write a checkpoint"));
  }

  /** Waits until what was taken is written. @throws CheckpointError if it could not be */
  async settled(): Promise<void> {
    const writing = this.#writing;
    this.#writing = undefined;
    await writing;
  }
}

interface Request {
  readonly resolve: (path: string) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads a checkpoint of this run into shared memory.
 *
 * @returns the rest of its state
 * @throws CheckpointError if it cannot be read, is damaged, or is of another run
 */
export async function resumeFrom(
  path: string,
  identity: Identity,
  places: ReadonlyMap<string, Tensor>,
): Promise<RunState> {
  const saved = await parseCheckpoint(await readCheckpoint(path), path);
  checkIdentity(path, saved.identity, identity);
  restoreTensors(path, places, saved.tensors);
  return saved.state;
}
