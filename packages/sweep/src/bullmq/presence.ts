/** Which workers there are for a sweep, and a notice if there is none. */
import type { Redis } from "ioredis";
import type { Study } from "../engine.ts";
import { workersOf } from "./workers.ts";

export class Presence {
  readonly #study: Study;
  readonly #redis: Redis;
  readonly #queue: string;
  /** The workers with this sweep's code, and how many runs each does at a time. */
  #workers: ReadonlyMap<string, number> = new Map();
  #told = "";

  constructor(study: Study, redis: Redis, queue: string) {
    this.#study = study;
    this.#redis = redis;
    this.#queue = queue;
  }

  /** The names of the workers, as far as they were seen. */
  get names(): readonly string[] {
    return [...this.#workers.keys()];
  }

  /** How many runs all of them do at a time. */
  get processes(): number {
    return [...this.#workers.values()].reduce((sum, each) => sum + each, 0);
  }

  /** Looks again; tells, once, if there is no worker although one `isNeeded`. */
  async look(isNeeded: boolean): Promise<void> {
    const all = [...(await workersOf(this.#redis, this.#queue))];
    const own = all.filter(([, { code }]) => code === this.#study.code);
    this.#workers = new Map(own.map(([name, { processes }]) => [name, processes]));
    const others = all.map(([name]) => name).filter((name) => !this.#workers.has(name));
    const text =
      isNeeded && own.length === 0
        ? `bullmq: queue "${this.#queue}" has no worker with this code; start one` +
          (others.length > 0 ? `, or start again what runs with other files: ${others.join(", ")}` : "")
        : "";
    if (text !== "" && text !== this.#told) this.#study.onNotice(text);
    this.#told = text;
  }
}
