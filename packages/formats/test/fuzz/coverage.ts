/** Which blocks of the sources have run: V8 counts them for the inspector. */
import { type Profiler, Session } from "node:inspector";

/** A block of a source: where it begins and ends. */
export interface Block {
  readonly url: string;
  readonly startOffset: number;
  readonly endOffset: number;
}

type Counted = Block & { readonly count: number };

/**
 * The blocks of the scripts whose names have a text in them. V8 leaves out a block that ran as often as the one around it, so
 * blocks are known from the times when they did not run, and have run when the smallest block around them that is there has.
 */
export class Coverage {
  readonly #session = new Session();
  /** Blocks that have not run, by name. */
  readonly #waiting = new Map<string, Block>();
  readonly #reached = new Set<string>();
  readonly #part: string;

  constructor(part: string) {
    this.#part = part;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** The number of blocks that did not run in the first call of `added`, and have run since. */
  get size(): number {
    return this.#reached.size;
  }

  /** The blocks that have run since the last call, and never before. */
  added(): Block[] {
    const counted = this.#counted();
    const added = ranAmong([...this.#waiting.values()], counted);
    for (const block of added) {
      this.#waiting.delete(nameOf(block));
      this.#reached.add(nameOf(block));
    }
    for (const block of counted)
      if (block.count === 0 && !this.#reached.has(nameOf(block))) this.#waiting.set(nameOf(block), block);
    return added;
  }

  /** Those of some blocks that have run since the last call. */
  ranAmong(blocks: readonly Block[]): Block[] {
    return ranAmong(blocks, this.#counted());
  }

  stop(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }

  #counted(): Counted[] {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    // The answer of the own thread arrives before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, { result }) => {
      if (error) throw error;
      scripts = result;
    });
    return scripts
      .filter(({ url }) => url.includes(this.#part))
      .flatMap(({ url, functions }) => functions.flatMap(({ ranges }) => ranges.map((range) => ({ url, ...range }))));
  }
}

function nameOf({ url, startOffset, endOffset }: Block): string {
  return `${url}:${startOffset}:${endOffset}`;
}

function ranAmong(blocks: readonly Block[], counted: readonly Counted[]): Block[] {
  return blocks.filter(({ url, startOffset, endOffset }) => {
    let smallest: Counted | undefined;
    for (const other of counted) {
      if (other.url !== url || other.startOffset > startOffset || other.endOffset < endOffset) continue;
      if (smallest === undefined || sizeOf(other) <= sizeOf(smallest)) smallest = other;
    }
    return smallest !== undefined && smallest.count > 0;
  });
}

function sizeOf({ startOffset, endOffset }: Block): number {
  return endOffset - startOffset;
}
