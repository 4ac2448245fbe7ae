/** A child process, as the sweep sees it: it answers one request at a time, or ends. */
import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { threadArguments } from "@polygrad/parallel/internal";
import type { Metrics } from "./job.ts";
import type { Order, Reply, Report, Request } from "./messages.ts";

/** A child process has ended in the middle of a run: it was killed, or memory ran out. */
export class ChildError extends Error {
  override readonly name = "ChildError";
}

/** How much of what a child printed last is kept, in characters, for the error when it ends. */
const TAIL = 2000;

/** One child process. */
export class Child {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #hasEnded = false;
  #printed = "";
  #pending: Pending | undefined;

  /** @param recipe the URL of the recipe's module */
  constructor(recipe: string) {
    // The child's file has the same extension as this one: .ts in the sources, .js when built.
    const file = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));
    const execArgv = threadArguments([file, recipe]);
    this.#process = fork(file, [recipe, process.argv[1] ?? ""], {
      ...(execArgv ? { execArgv } : {}),
      serialization: "advanced", // JSON would lose NaN and turn bytes into objects
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#process.on("message", (report: Report) => this.#receive(report));
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
    this.#ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#hasEnded = true;
        const last = this.#printed.trim();
        this.#settle((pending) =>
          pending.reject(
            new ChildError(`a process ${how} during the run${last === "" ? "" : `; it printed: ${last}`}`),
          ),
        );
        resolve();
      };
      this.#process.once("error", (error) => end(`could not be started (${error.message})`));
      // After "close", all that it printed has arrived.
      this.#process.once("close", (code, signal) =>
        end(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
      );
    });
  }

  /** The process id; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Asks for something, and waits for the answer.
   *
   * @throws ChildError if the process ends first
   */
  ask(request: Request, listeners: Omit<Pending, "resolve" | "reject"> = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) return reject(new ChildError("a process ended before the run"));
      this.#printed = "";
      this.#pending = { ...listeners, resolve, reject };
      this.#send(request);
    });
  }

  /** Ends the process: at once if it is idle, otherwise when its run has saved a checkpoint, or `patience` has passed. */
  async stop(patience: number): Promise<void> {
    this.#send({ kind: "stop" });
    const timer = setTimeout(() => this.kill(), patience);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends the process at once. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #send(order: Order): void {
    // A process that has just ended cannot be told anything; its end is reported soon.
    if (this.#process.connected) this.#process.send(order, () => undefined);
  }

  #receive(report: Report): void {
    if (report.kind === "metrics") this.#pending?.onMetrics?.(report.metrics);
    else this.#settle((pending) => pending.resolve(report));
  }

  #settle(how: (pending: Pending) => void): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined) how(pending);
  }

  #keep(text: string): void {
    this.#printed = (this.#printed + text).slice(-TAIL);
    this.#pending?.onOutput?.(text);
  }
}

interface Pending {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  readonly onMetrics?: ((metrics: readonly Metrics[]) => void) | undefined;
  readonly onOutput?: ((text: string) => void) | undefined;
}
