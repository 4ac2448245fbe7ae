/** Signals that end a program, such as Ctrl-C: a sweep ends in order first. */

const NAMES = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Thrown by a sweep that a signal has ended, if the program handles that signal itself. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`the sweep was ended by ${signal}; start it again to go on where it was`);
    this.signal = signal;
  }
}

/** Listens for signals while a sweep is at work. The second signal ends the process at once, as usual. */
export class Interruption {
  readonly #controller = new AbortController();
  #received: NodeJS.Signals | undefined;
  readonly #listener = (signal: NodeJS.Signals): void => {
    this.#received ??= signal;
    this.#remove();
    this.#controller.abort(new InterruptedError(signal));
  };

  constructor() {
    for (const name of NAMES) process.on(name, this.#listener);
  }

  /** Aborted when a signal has arrived. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Stops listening. A signal that has arrived is sent once more: unless the program handles it, the process ends by it,
   * as it would have without a sweep, and whoever started it learns why.
   */
  close(): void {
    this.#remove();
    if (this.#received !== undefined && process.listenerCount(this.#received) === 0)
      process.kill(process.pid, this.#received);
  }

  #remove(): void {
    for (const name of NAMES) process.off(name, this.#listener);
  }
}
