/** What became of a run, and maps of it in characters. */
import type { Grid } from "./grid.ts";
import type { Cell } from "./network.ts";

/** The outcomes, with their characters, from the worst. */
export const outcomes = {
  diverged: { character: "x", meaning: "diverged: the loss was not finite" },
  untrained: { character: ".", meaning: "does not train: below 50 %" },
  poor: { character: "o", meaning: "trains poorly: 50 to 80 %" },
  trained: { character: "#", meaning: "trains: 80 % or more" },
} as const;

export type Outcome = keyof typeof outcomes;

/** The figures of a run that its outcome depends on; null stands for one that is not finite. */
export interface Trained {
  /** The mean loss over the epoch. */
  readonly trainLoss: number | null;
  /** The share of right answers on the validation images. */
  readonly accuracy: number | null;
}

const [POOR, GOOD] = [0.5, 0.8];

export function outcomeOf({ trainLoss, accuracy }: Trained): Outcome {
  if (trainLoss === null || accuracy === null || !Number.isFinite(trainLoss) || !Number.isFinite(accuracy))
    return "diverged";
  if (accuracy < POOR) return "untrained";
  return accuracy < GOOD ? "poor" : "trained";
}

/** A map: for each depth a block with a line for each hidden size and a character for each degree; blank where no run is. */
export function mapText(runs: readonly (Cell & Trained)[], { degrees, hidden, depths }: Grid): string {
  const at = new Map(runs.map((run) => [`${run.degree} ${run.hidden} ${run.depth}`, run]));
  const width = Math.max(...hidden.map((size) => String(size).length));
  const columns = degrees.map((degree) => String(degree).padStart(3)).join("");
  const blocks = depths.map((depth) => {
    const lines = [...hidden].reverse().map((size) => {
      const cells = degrees.map((degree) => {
        const run = at.get(`${degree} ${size} ${depth}`);
        return (run === undefined ? " " : outcomes[outcomeOf(run)].character).padStart(3);
      });
      return `${String(size).padStart(width)}${cells.join("")}`;
    });
    const title = `depth ${depth}`.padEnd(width + columns.length);
    return [title, ...lines, `${"".padStart(width)}${columns}`];
  });
  // The blocks stand side by side.
  return blocks[0]
    .map((_, line) =>
      blocks
        .map((block) => block[line])
        .join("    ")
        .trimEnd(),
    )
    .join("\n");
}
