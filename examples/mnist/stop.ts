/** What ends a run before its last epoch: a signal, the end of the program that launched it, or output that is lost. */
import type { Output } from "../output.ts";
import { watchLaunchers } from "./launcher.ts";

/** The exit code for each signal: 128 plus its number. */
const SIGNALS: readonly (readonly [NodeJS.Signals, number])[] = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
];
/** When the launcher has ended, nobody waits for this process any more, as after SIGHUP. */
const ORPHANED = 129;

/** A request to stop. The first one counts. */
export class Stop {
  readonly #controller = new AbortController();
  #exitCode: number | undefined;

  /**
   * Listens for everything that may end a run. The second signal of a kind ends the process at once, as usual.
   *
   * @param output standard output
   * @param filesMatter whether the run writes files: then it goes on to its end, even if nobody reads its output
   */
  constructor(output: Output, filesMatter: boolean) {
    for (const [name, exitCode] of SIGNALS) process.once(name, () => this.#request(exitCode));
    watchLaunchers(() => this.#request(ORPHANED));
    output.onFailure = (exitCode) => {
      if (!filesMatter) this.#request(exitCode);
    };
  }

  #request(exitCode: number): void {
    this.#exitCode ??= exitCode;
    this.#controller.abort(new Error("the run was stopped"));
  }

  /** Aborted as soon as the run has to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code that tells why the run was stopped; undefined if it was not. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }
}
