/**
 * `capture`: a step that is taped once and replayed afterwards.
 *
 * A step that does the same each time need not be decided each time. The first two calls run as usual and are taped; if
 * they did the same, later calls replay the tape. What a tape is, and what makes it valid, is explained in tape/taping.ts
 * of @polygrad/tensor.
 */
import { ArgumentError, kernels, ValueError } from "@polygrad/tensor";
import {
  type Arenas,
  callable,
  checkOptions,
  flag,
  integerFrom,
  newArenas,
  type Tape,
  Taping,
  taping,
} from "@polygrad/tensor/internal";
import { isRecording } from "../recording.ts";
import { distinct, fits, type Signature, signatureOf } from "./arguments.ts";
import { resultOf } from "./results.ts";

/** Options of `capture`. */
export interface CaptureOptions {
  /** Every how many calls a replay is checked: the step runs, and must do what the tape says; 0, never, by default. */
  readonly check?: number;
}

/** A captured step: the same function, and what has become of its last call. */
export interface Captured<Args extends readonly unknown[], Result> {
  (...args: Args): Result;
  /** Whether the last call was a replay and, if it ran as usual, why. */
  explain(): string;
  /**
   * Lets every tape be checked at its next replay, as the option `check` does every so many calls; with `due` = false,
   * takes this back for those that have not been replayed since.
   */
  recheck(due?: boolean): void;
}

/** What is known about the step, for arguments of one signature. */
interface Known<Result> {
  readonly signature: Signature;
  readonly isRecording: boolean;
  /** The first run. */
  readonly step: Taping;
  readonly result: () => Result;
  /** Whether a second run has done the same. */
  confirmed: boolean;
  /** Whether the next replay is to be checked. */
  due: boolean;
  /** Why the step runs as usual, if it does. */
  why: string | undefined;
}

/** Tapes that are kept, the last used first. */
const MOST_TAPES = 64;
/** After so many tapes in a row that were never replayed, calls are no longer taped. */
const MOST_IN_VAIN = 128;

/**
 * Captures a step: a function that computes the same each time, such as a training step. The function that it returns
 * takes the same arguments, and returns the same kind of result, with the same bits. Its first two calls run the step and
 * tape what it does; if that was the same, later calls replay the tape, in a few microseconds of JavaScript.
 *
 * Arguments are tensors, labels in a Uint8Array or an Int32Array, whose elements may differ from call to call, and plain
 * values, each of which has a tape of its own. Results are tensors and variables, also in arrays and plain objects; they
 * are valid until the next call. Whatever else the step finds outside, such as a number that you change, must stay as it
 * was: see docs/capture.md, and the option `check`.
 * @param options `check`: every how many calls a replay is checked; 0, never, by default
 * @throws ArgumentError if the step is not a function, or an option is unknown. The function throws one if an argument
 * is of another kind or the step is asynchronous, a ValueError if a check fails, and whatever the step throws.
 */
export function capture<Args extends readonly unknown[], Result>(
  step: (...args: Args) => Result,
  options: CaptureOptions = {},
): Captured<Args, Result> {
  callable("capture", "the step", step);
  checkOptions("capture", options, { check: integerFrom(0) });
  const captured = new Capture(step, options.check ?? 0);
  return Object.assign((...args: Args) => captured.call(args), {
    explain: () => captured.explanation,
    recheck: (due = true) => captured.recheck(due),
  });
}

class Capture<Args extends readonly unknown[], Result> {
  explanation = "has not been called yet";
  readonly #step: (...args: Args) => Result;
  readonly #check: number;
  readonly #known: Known<Result>[] = [];
  #arenas = newArenas();
  #inVain = 0;
  #replays = 0;

  constructor(step: (...args: Args) => Result, check: number) {
    this.#step = step;
    this.#check = check;
  }

  call(args: Args): Result {
    if (taping() !== undefined) return this.#step(...args); // it is part of a larger step
    if (kernels() === "plain") return this.#asUsual(args, "the plain kernels are in use");
    const known = this.#find(args);
    if (known?.why !== undefined) return this.#asUsual(args, known.why);
    if (known?.confirmed) return this.#replay(known, args);
    if (this.#inVain > MOST_IN_VAIN) return this.#asUsual(args, "its arguments or gradients differ from call to call");
    this.explanation = "runs as usual, because it is being taped";
    return known === undefined ? this.#tape(args) : this.#confirm(known, args);
  }

  #asUsual(args: Args, why: string): Result {
    this.explanation = `runs as usual, because ${why}`;
    return this.#step(...args);
  }

  /** What is known about such arguments, if the guards of its tape hold. */
  #find(args: Args): Known<Result> | undefined {
    const recording = isRecording();
    const index = this.#known.findIndex(
      ({ signature, isRecording, step, why }) =>
        isRecording === recording && fits(signature, args) && (why !== undefined || step.tape.holds()),
    );
    const known = this.#known[index];
    if (index > 0) this.#known.unshift(...this.#known.splice(index, 1));
    return known;
  }

  #replay(known: Known<Result>, args: Args): Result {
    this.#inVain = 0;
    this.explanation = "captured";
    this.#replays++;
    if (known.due || (this.#check > 0 && this.#replays % this.#check === 0)) return this.#checked(known, args);
    known.step.replay(args);
    return known.result();
  }

  /** Runs the step as usual, and tapes it. */
  #run(args: Args, arenas: Arenas, like?: Tape): { step: Taping; given: Result; result: () => Result } {
    const own = distinct(args);
    const step = new Taping(arenas, own, like);
    const given: Result = step.run(() => Reflect.apply(this.#step, undefined, own));
    if (given instanceof Promise) throw new ArgumentError("capture: the step must not be asynchronous");
    return { step, given, result: resultOf(given, step) };
  }

  #tape(args: Args): Result {
    const signature = signatureOf(args);
    const recording = isRecording();
    const { step, given, result } = this.#run(args, this.#arenas);
    const { why } = step;
    this.#inVain++;
    this.#known.unshift({ signature, isRecording: recording, step, result, confirmed: false, due: false, why });
    this.#known.splice(MOST_TAPES);
    if (why !== undefined) this.#leave(why);
    return given;
  }

  #confirm(known: Known<Result>, args: Args): Result {
    const { step, given } = this.#run(args, known.step.arenas, known.step.tape);
    const difference = known.step.tape.difference(step.tape);
    known.why = step.why ?? (difference && `it does not do the same each time: ${difference}`);
    known.confirmed = known.why === undefined;
    if (known.why !== undefined) this.#leave(known.why);
    return given;
  }

  /** Leaves the memory to the results that lie there, which do not expire, because the step runs as usual. */
  #leave(why: string): void {
    this.explanation = `runs as usual, because ${why}`;
    this.#arenas = newArenas();
  }

  recheck(due: boolean): void {
    flag("recheck", "due", due);
    for (const known of this.#known) known.due = due;
  }

  #checked(known: Known<Result>, args: Args): Result {
    known.due = false;
    const { step, given } = this.#run(args, known.step.arenas, known.step.tape);
    const difference = step.why ?? known.step.tape.difference(step.tape);
    if (difference === undefined) return given;
    throw new ValueError(
      `capture: the step no longer does what was taped: ${difference}; ` +
        "pass what changes from call to call as an argument, or do not capture this step",
    );
  }
}
