/** A real Redis for tests: on a free port of loopback, with a password and an append-only file, to kill and to start again. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";

/** The password of every test server; no message and no file may contain it. */
export const PASSWORD = "pa:ss/w%rd";

/** A server that a test has started. */
export class RedisServer {
  readonly url: string;
  readonly port: number;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, directory: string) {
    this.port = port;
    this.url = `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/3`;
    this.#directory = directory;
  }

  /** A server that does not run yet: `start` starts it. */
  static async create(): Promise<RedisServer> {
    return new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "polygrad-redis-")));
  }

  static async started(): Promise<RedisServer> {
    const server = await RedisServer.create();
    await server.start();
    return server;
  }

  /** Starts it with what an earlier run has written to its append-only file, and waits until it answers. */
  async start(): Promise<void> {
    const started = spawn(process.env.REDIS_SERVER ?? "redis-server", ["-"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#process = started;
    let printed = "";
    started.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    const lines = [
      `port ${this.port}`,
      "bind 127.0.0.1",
      `requirepass ${JSON.stringify(PASSWORD)}`,
      `dir ${JSON.stringify(this.#directory)}`,
      "appendonly yes",
      'save ""',
    ];
    started.stdin.on("error", () => undefined); // it ends before it reads, and says why
    started.stdin.end(lines.join("\n"));
    await new Promise<void>((resolve, reject) => {
      started.once("error", (error) =>
        reject(
          new Error(`redis-server does not start (${error.message}): install it, or set REDIS_SERVER to its path`),
        ),
      );
      started.once("exit", () => reject(new Error(`redis-server ended: ${printed}`)));
      started.stdout.on("data", () => {
        if (printed.includes("Ready to accept connections")) resolve();
      });
    });
  }

  /** Ends it at once, as a power failure would. */
  async kill(): Promise<void> {
    const { exitCode, signalCode } = this.#process ?? {};
    if (this.#process === undefined || exitCode !== null || signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process?.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }

  /** A client of it. Disconnect it at the end. */
  client(): Redis {
    return new Redis({ host: "127.0.0.1", port: this.port, password: PASSWORD, db: 3 });
  }

  /** Ends it and removes its files. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Waits until `condition` holds, and throws if that takes longer than 100 seconds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 100_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`still not the case: ${what}`);
    await delay(20);
  }
}
