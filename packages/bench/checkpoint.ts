/** What checkpoints cost: the size of one, the time to write it, and how much longer an epoch takes with them. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CheckpointSettings, DataParallel } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import type { Experiment } from "../../examples/mnist/options.ts";
import { summarise, table } from "./measure.ts";

const recipe = new URL("../../examples/mnist/recipe.ts", import.meta.url);
const options: Experiment = {
  ...{
    dataset: "mnist",
    model: "polynomial",
    degree: 3,
    hidden: 20,
    batch: 2048,
    learningRate: 0.1,
    shards: 4,
    data: "",
  },
};
const [EPOCHS, ROUNDS] = [6, 7];

const cadences: Readonly<Record<string, CheckpointSettings["every"] | undefined>> = {
  "no checkpoints": undefined,
  "every epoch": { epochs: 1 },
  "every 5 steps": { steps: 5 },
};

/** What one run has shown. */
interface Figures {
  /** Seconds per epoch, with all that checkpoints take. */
  readonly times: readonly number[];
  /** The size of a checkpoint, and how long it takes to save one, if the run has any. */
  readonly bytes: number;
  readonly seconds: number;
}

/** What several runs with the same checkpoints have shown. */
class Measured {
  readonly name: string;
  readonly every: CheckpointSettings["every"] | undefined;
  readonly #runs: Figures[] = [];

  constructor(name: string, every: CheckpointSettings["every"] | undefined) {
    this.name = name;
    this.every = every;
  }

  add(figures: Figures): void {
    this.#runs.push(figures);
  }

  row(): string[] {
    const { min, median } = summarise(this.#runs.flatMap(({ times }) => times));
    const [{ bytes }] = this.#runs;
    const saving = summarise(this.#runs.map(({ seconds }) => seconds)).median;
    const one = this.every === undefined ? ["", ""] : [(bytes / 1000).toFixed(0), (1000 * saving).toFixed(1)];
    return [this.name, min.toFixed(3), median.toFixed(3), ...one];
  }
}

async function measure(directory: string, every: CheckpointSettings["every"] | undefined): Promise<Figures> {
  const checkpoint = every && { directory, every };
  const training = await DataParallel.start<Experiment, Sequential>(recipe, {
    ...{ options, epochs: EPOCHS, batchSize: options.batch },
    ...(checkpoint && { checkpoint }),
  });
  const times: number[] = [];
  let [bytes, seconds] = [0, 0];
  let start = performance.now();
  for await (const { epoch } of training) {
    if (epoch > 2) times.push((performance.now() - start) / 1000);
    if (checkpoint && epoch === EPOCHS - 1) {
      start = performance.now();
      bytes = (await stat(await training.save())).size;
      seconds = (performance.now() - start) / 1000;
    }
    start = performance.now();
  }
  return { times, bytes, seconds };
}

/** Runs by turns, because the speed of a machine changes. */
export async function benchCheckpoint(): Promise<void> {
  const results = Object.entries(cadences).map(([name, every]) => new Measured(name, every));
  for (let round = 0; round < ROUNDS; round++)
    for (const result of results) {
      const directory = await mkdtemp(join(tmpdir(), "polygrad-bench-"));
      result.add(await measure(directory, result.every));
      await rm(directory, { recursive: true });
    }
  console.log("MNIST, polynomial, batch 2048: an epoch with its evaluation and its checkpoints");
  table([["checkpoints", "s min", "s median", "kB each", "ms to save"], ...results.map((result) => result.row())]);
}
