/** A contender's process: it gets its job when it starts, and one request per line after that. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Command } from "./contenders.ts";
import {
  type About,
  type Finish,
  type Job,
  parseFinish,
  parseReady,
  parseReply,
  type Reply,
  type Request,
} from "./protocol.ts";

/** More than the slowest contender needs for any request, even on a slow machine. */
const PATIENCE_MS = 300_000;

const running = new Set<ChildProcess>();

/** Kills every process that was started here and still runs. */
export function killAll(): void {
  for (const process of running) process.kill("SIGKILL");
}

export class Child {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #began = performance.now();
  #complaints = "";
  #about: About = {};
  #startSeconds = 0;

  private constructor({ program, args, env }: Command, job: Job) {
    // OpenBLAS would let these variables override what it detects, which changes its speed.
    const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...inherited } = process.env;
    const child = spawn(program, [...args, JSON.stringify(job)], { env: { ...inherited, ...env } });
    this.#process = child;
    running.add(child);
    child.on("close", () => running.delete(child));
    child.on("error", (error) => this.#complain(error.message));
    child.stdin.on("error", () => {}); // the process has ended; the next read reports it
    child.stderr.on("data", (data: Buffer) => this.#complain(data.toString()));
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts a contender and waits until it is ready. @throws Error with the contender's own message if it fails */
  static async start(command: Command, job: Job): Promise<Child> {
    const child = new Child(command, job);
    try {
      child.#about = parseReady(await child.#line());
      child.#startSeconds = child.#elapsed();
      return child;
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  get about(): About {
    return this.#about;
  }

  /** From the command to the contender's message that it is ready. */
  get startSeconds(): number {
    return this.#startSeconds;
  }

  /** Sends a request and returns the reply. @throws Error with the contender's own message if it fails */
  async ask(request: Request): Promise<Reply> {
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    return parseReply(await this.#line());
  }

  /** Waits for the report of a race and the end of the process; `seconds` count from the command. */
  async finish(): Promise<Finish & { readonly seconds: number }> {
    const finish = parseFinish(await this.#line());
    await this.#closed();
    return { ...finish, seconds: this.#elapsed() };
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** The next line that is JSON; libraries print other lines, which are skipped. */
  async #line(): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    });
    try {
      for (;;) {
        const { value, done } = await Promise.race([this.#lines.next(), late]);
        if (done) throw new Error(await this.#lastWords());
        if (value.startsWith("{")) return value;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #elapsed(): number {
    return (performance.now() - this.#began) / 1000;
  }

  async #closed(): Promise<void> {
    if (running.has(this.#process)) await new Promise((resolve) => this.#process.once("close", resolve));
  }

  #complain(text: string): void {
    this.#complaints = (this.#complaints + text).slice(-10_000);
  }

  /** The error that the process printed before it ended. */
  async #lastWords(): Promise<string> {
    await this.#closed();
    const lines = this.#complaints.split("\n").map((line) => line.trim());
    const error = lines.findLast((line) => /^(\w*Error|\w+Exception)\b.*:/.test(line));
    const { exitCode, signalCode } = this.#process;
    return (
      error ?? lines.findLast((line) => line !== "") ?? `the process ended with ${signalCode ?? `code ${exitCode}`}`
    );
  }
}
