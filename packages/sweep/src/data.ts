/** The checksums of the data of configurations, each loaded once, in a child process of its own. */

import { canonical, type JsonObject } from "@polygrad/parallel/internal";
import type { Failure } from "./job.ts";
import { Child } from "./process.ts";

/** How long the child may be idle before it ends, in milliseconds. */
const IDLE = 5000;

/** The data for some values of the options that the recipe's `data` reads. */
interface Known {
  readonly reads: readonly string[];
  readonly values: string;
  readonly checksum: string;
}

/** The recipe could not load its data. */
export class DataFailure extends Error {
  override readonly name = "DataFailure";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/**
 * The checksums of data. `data` is a function of the options that it reads: for two configurations that agree in these it
 * is loaded once, however many other options they differ in.
 */
export class Checksums {
  readonly #recipe: string;
  readonly #known: Known[] = [];
  #child: Child | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** The answer to the last question; the next one waits for it, because it may know the answer then. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(recipe: string) {
    this.#recipe = recipe;
  }

  /** The checksum of the data for these options. @throws DataFailure if the recipe throws, or its process ends */
  of(options: JsonObject): Promise<string> {
    const answer = this.#last.then(() => this.#of(options));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #of(options: JsonObject): Promise<string> {
    const before = this.#known.find(({ reads, values }) => valuesOf(options, reads) === values);
    if (before !== undefined) return before.checksum;
    clearTimeout(this.#idle);
    if (this.#child === undefined || this.#child.hasEnded) this.#child = new Child(this.#recipe);
    const reply = await this.#child.ask({ kind: "data", options });
    this.#idle = setTimeout(() => this.close(), IDLE).unref();
    if (reply.kind === "failure") throw new DataFailure(reply.failure);
    if (reply.kind !== "checksum") throw new TypeError(`sweep: a process answered with "${reply.kind}"`);
    const { reads, checksum } = reply;
    this.#known.push({ reads, values: valuesOf(options, reads), checksum });
    return checksum;
  }

  /** Ends the child, if there is one. */
  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill();
    this.#child = undefined;
  }
}

/** The values of some options, and the names of all: a recipe may ask whether there is an option. */
function valuesOf(options: JsonObject, reads: readonly string[]): string {
  const read = reads.map((name) => options[name] ?? null);
  return canonical("sweep", "options", [Object.keys(options).sort(), read]);
}
