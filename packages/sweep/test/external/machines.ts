/** Workers as programs of their own, for tests that kill them, and a directory for what they write. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkOptions } from "@polygrad/sweep";

const program = fileURLToPath(new URL("../programs/worker.ts", import.meta.url));

/** A program that works for a queue. */
export class Machine {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;
  /** What it has printed. */
  printed = "";

  constructor(
    name: string,
    recipe: URL,
    url: string,
    out: string,
    env: Readonly<Record<string, string>>,
    more: object,
  ) {
    this.name = name;
    const options = JSON.stringify({ name, ...more });
    const args = ["--import", "tsx", program, fileURLToPath(recipe), url, join(out, name), options];
    this.#process = spawn(process.execPath, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.printed += text;
      });
    this.#ended = new Promise((resolve) => this.#process.once("close", resolve));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Sends a signal, and waits for the end; returns the exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#process.kill(signal);
    return this.#ended;
  }
}

/** What a test starts, and how all of it is ended. */
export class Machines {
  readonly directory: string;
  readonly all: Machine[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(): Promise<Machines> {
    return new Machines(await mkdtemp(join(tmpdir(), "polygrad-machines-")));
  }

  start(
    name: string,
    recipe: URL,
    url: string,
    env: Readonly<Record<string, string>> = {},
    more: Partial<WorkOptions> = {},
  ): Machine {
    const machine = new Machine(name, recipe, url, this.directory, env, more);
    this.all.push(machine);
    return machine;
  }

  async remove(): Promise<void> {
    await Promise.all(this.all.map((machine) => machine.end("SIGKILL")));
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
