/**
 * The tape: a list of what a step did, which can be done again without the JavaScript that decided it.
 *
 * taping.ts makes tapes, and says what is on them. A replay is right as long as the step would do the same again: hence
 * the guards, which are compared before a replay.
 */

/** What must be the same whenever the step runs, by name. */
export type Facts = Readonly<Record<string, unknown>>;

/** One thing that a step did. */
export interface Entry {
  /** What it is, such as `kernel "layer norm"`. */
  readonly name: string;
  readonly facts: Facts;
  /** Does it again. */
  readonly run: () => void;
}

/** Something that a step depends on, as it was when the step was taped. */
interface Guard {
  readonly expected: unknown;
  readonly read: () => unknown;
}

export class Tape {
  readonly entries: Entry[] = [];
  readonly guards: Guard[] = [];
  /** Storages whose memory the entries address: it must not be freed. */
  readonly kept: Set<object> = new Set();
  /** What was decided by looking at elements, where all decisions lead to the same bits, in order. */
  readonly choices: boolean[] = [];
  /** The arguments of the step: those of the replay that is running, or of the run that was taped. */
  given: readonly unknown[];

  constructor(given: readonly unknown[]) {
    this.given = given;
  }

  /** Whether all that the step depends on is as it was. */
  holds(): boolean {
    for (const { expected, read } of this.guards) if (read() !== expected) return false;
    return true;
  }

  /** Does again what the step did, with new arguments. */
  replay(given: readonly unknown[]): void {
    this.given = given;
    for (const { run } of this.entries) run();
  }

  /** The first difference to another tape of the step, in words, or undefined if they are the same. */
  difference(other: Tape): string | undefined {
    const length = Math.max(this.entries.length, other.entries.length);
    for (let k = 0; k < length; k++) {
      const [own, its] = [this.entries[k], other.entries[k]];
      if (own?.name !== its?.name)
        return `entry ${k} was ${own?.name ?? "the end of the step"} and is now ${its?.name ?? "the end of the step"}`;
      for (const [what, before] of Object.entries(own.facts)) {
        const now = its.facts[what];
        if (!isSame(before, now))
          return `${what} of entry ${k}, ${own.name}, was ${shown(before)} and is now ${shown(now)}`;
      }
    }
    return undefined;
  }
}

/** Whether two facts agree: numbers by their bits, arrays by their elements, all else by identity. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  const [x, y] = [elementsOf(a), elementsOf(b)];
  if (x === undefined || y === undefined) return false;
  if (x.length !== y.length) return false;
  for (let i = 0; i < x.length; i++) if (!Object.is(x[i], y[i])) return false;
  return true;
}

function elementsOf(value: unknown): ArrayLike<unknown> | undefined {
  return Array.isArray(value) ||
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array
    ? value
    : undefined;
}

function shown(value: unknown): string {
  const elements = elementsOf(value);
  if (elements !== undefined)
    return `[${Array.from(elements).slice(0, 4).join(", ")}${elements.length > 4 ? ", ..." : ""}]`;
  return typeof value === "object" && value !== null ? `another ${value.constructor.name}` : String(value);
}
