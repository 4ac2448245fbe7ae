/** A contender's process: it gets its job when it starts, and one request per line after that. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Command } from "./contenders.ts";
import { type About, type Job, parseReady, parseReply, type Reply, type Request } from "./protocol.ts";

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
  #complaints = "";
  #about: About = {};

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
      return child;
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  get about(): About {
    return this.#about;
  }

  /** Sends a request and returns the reply. @throws Error with the contender's own message if it fails */
  async ask(request: Request): Promise<Reply> {
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    return parseReply(await this.#line());
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

  #complain(text: string): void {
    this.#complaints = (this.#complaints + text).slice(-10_000);
  }

  /** The error that the process printed before it ended. */
  async #lastWords(): Promise<string> {
    if (running.has(this.#process)) await new Promise((resolve) => this.#process.once("close", resolve));
    const lines = this.#complaints.split("\n").map((line) => line.trim());
    const error = lines.findLast((line) => /^(\w*Error|\w+Exception)\b.*:/.test(line));
    const { exitCode, signalCode } = this.#process;
    return (
      error ?? lines.findLast((line) => line !== "") ?? `the process ended with ${signalCode ?? `code ${exitCode}`}`
    );
  }
}
