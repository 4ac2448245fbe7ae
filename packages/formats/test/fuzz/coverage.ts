/** Which blocks of the sources have run: V8 counts them for the inspector. */
import { type Profiler, Session } from "node:inspector";

/** The blocks of the scripts whose names have a text in them. */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();
  readonly #part: string;

  constructor(part: string) {
    this.#part = part;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** The number of blocks that have run so far. */
  get size(): number {
    return this.#seen.size;
  }

  /** The blocks that have run since the last call. */
  ran(): string[] {
    return this.#scripts()
      .filter(({ url }) => url.includes(this.#part))
      .flatMap(({ url, functions }) => functions.flatMap(({ ranges }) => ranges.map((range) => ({ url, ...range }))))
      .filter(({ count }) => count > 0)
      .map(({ url, startOffset, endOffset }) => `${url}:${startOffset}:${endOffset}`);
  }

  /** Those of them that had never run before. */
  added(): Set<string> {
    const added = new Set(this.ran().filter((block) => !this.#seen.has(block)));
    for (const block of added) this.#seen.add(block);
    return added;
  }

  stop(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }

  #scripts(): readonly Profiler.ScriptCoverage[] {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    // The answer of the own thread arrives before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, { result }) => {
      if (error) throw error;
      scripts = result;
    });
    return scripts;
  }
}
